"""The lecture: what Learn quotes of it, and the ladder."""

LECTURE: dict[str, str] = {
    # Categories, as in the lecture
    "Category": "범주형자료",
    "Becomes": "숫자로",
    "failure / success": "실패 / 성공",
    "picture of 0 / picture of 1": "숫자0그림 / 숫자1그림",
    "picture of a dog / of a cat": "강아지그림 / 고양이그림",
    "picture of a dog / of a cat / of a rabbit": "강아지그림 / 고양이그림 / 토끼그림",
    "Why one-hot?": "왜 원핫인코딩?",
    "**Of an exam:** dog, cat and rabbit are nominal, not ordinal. Written as 0, 1, 2 they have a mean, and "
    "it means nothing.": (
        "**사회조사분석사 2급 스타일:** 강아지그림, 고양이그림, 토끼그림은 서열척도가 아니라 명목척도입니다. 그래서 "
        "범주를 0, 1, 2로 숫자화하면 평균 등의 의미가 없습니다."
    ),
    "**Of a cookbook:** categories are to be one-hot encoded.": (
        "**“30일만에 끝내는 실전머신러닝” 스타일:** 범주형은 원핫인코딩으로 해야 합니다."
    ),
    "**The most exact one:** one throw of a coin is binomial with $n=1$, one throw of a die multinomial with "
    "$n=1$. What comes out of the first is 0 or 1; of the second, with three classes, [1,0,0], [0,1,0] or "
    "[0,0,1]. So $y_i$ is assumed to be one of these.": (
        "**가장 정확한 설명:** 동전을 한번 던져서 나오는 결과는 $n=1$인 이항분포를 따르고, 주사위를 한번 던져서 나오는 "
        "눈금은 $n=1$인 다항분포를 따릅니다. $n=1$인 이항분포의 실현값은 0, 1이고, $n=1$인 다항분포(클래스 셋)의 "
        "실현값은 [1,0,0], [0,1,0], [0,0,1]입니다. 그러므로 $y_i$는 이 중 하나의 형태를 가진다고 가정합니다."
    ),
    "`y` of all {count:,} images, as PyTorch prints it:": "이미지 {count:,}장의 `y`, 파이토치가 출력하는 그대로:",
    "`exp(netout)` of the last step, as the lecture prints it. It is computed before this step changes the "
    "net, which is right on {before} then, and on {after} afterwards:": (
        "마지막 단계의 `exp(netout)`, 강의에서 출력하는 그대로입니다. 이 단계에서 가중치를 고치기 전에 계산한 "
        "값이고, 신경망의 정확도는 이때 {before}, 고친 뒤에는 {after}입니다."
    ),
    # What the loss on the logit saves
    "A slight gain in computing, measured here just now: loss and gradient of {count:,} logits take "
    "{by_probability:.2f} ms by sigmoid and BCELoss, {by_logit:.2f} ms by BCEWithLogitsLoss.": (
        "약간의 계산상의 이득, 방금 여기서 잰 값: 로짓 {count:,}개의 손실과 기울기를 구하는 데 시그모이드와 "
        "BCELoss로는 {by_probability:.2f} ms, BCEWithLogitsLoss로는 {by_logit:.2f} ms가 걸립니다."
    ),
    # The two tables
    "¹ prob = sig(logit) · ² probs = soft(logits)": "¹ prob = sig(logit) · ² probs = soft(logits) (소프트맥스)",
    "Side by side:": "sigmoid와 softmax의 계산과정 비교:",
    "The lecture does not like the name CrossEntropyLoss at all: it takes logits, so CEWithLogitsLoss would be "
    "better.": (
        "CrossEntropyLoss는 이름이 완전 마음에 안 들어요. 로짓을 받으므로 CEWithLogitsLoss라고 하는 게 더 좋을 것 "
        "같습니다."
    ),
    # The ladder
    "Five nets, one recipe: batch 256, Adam, 30 epochs, seed 43052, all 60,000 images. How far "
    "does each one get, on the images that it learned and on new ones?": (
        "다섯 신경망을 모두 강의 그대로 학습합니다. 배치 256, Adam, 30에폭, 시드 43052, 이미지 "
        "60,000장 전부. 배운 이미지와 처음 보는 이미지에서 각각 어디까지 갈까요?"
    ),
    "**What the reproduced figures say**": "**재현한 수치가 말하는 것**",
    "**What the lecture's results say**": "**강의의 결과가 말하는 것**",
    "{whose}: training {train}, test {test}": "{whose}: 훈련 {train}, 테스트 {test}",
    "hollow: published, full: reproduced": "빈 표시는 강의, 채운 표시는 재현",
    "your run": "내가 학습한 결과",
    "{epoch}, test {accuracy}": "{epoch}, 테스트 {accuracy}",
    "the lecture's figures": "강의의 수치",
    "Published and reproduced": "강의의 수치와 재현한 수치",
    "published": "강의",
    "reproduced": "재현",
    "difference in points": "차이 (%p)",
    "Train {epoch}": "훈련 {epoch}",
    "Train 5: right on all 60,000 training images after epoch 5, measured in eval() mode as in the lecture. "
    "Test: on the 10,000 test images.": (
        "훈련 5: 5에폭 뒤 훈련 이미지 60,000장 전체에서 맞힌 비율(강의처럼 eval() 상태에서 잼). "
        "테스트: 테스트 이미지 10,000장에서 맞힌 비율."
    ),
    "Test": "테스트",
    "Net": "신경망",
    "Percent right": "맞힌 비율 (%)",
    "Train all five nets yourself": "다섯 신경망 모두 직접 학습하기",
    "Train {count} more net(s) yourself": "나머지 신경망 {count}개 직접 학습하기",
    "Training or waiting: {count} net(s) of yours.": (
        "내가 시작한 신경망 {count}개가 학습 중이거나 차례를 기다리고 있습니다."
    ),
    "Watch or stop them on Train": "학습 페이지에서 보거나 멈추기",
    "The reproduced figures come with the project; they took {minutes:.0f} minutes. Your curves grow on top "
    "of them. You may leave this page meanwhile.": (
        "재현한 수치는 프로그램에 들어 있고, 얻는 데 {minutes:.0f}분이 걸렸습니다. 직접 학습하면 내 곡선이 그 위에 "
        "그려집니다. 그동안 다른 페이지로 가도 됩니다."
    ),
}
