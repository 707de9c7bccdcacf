"""The pages with images: Predictions, Photo."""

IMAGES: dict[str, str] = {
    "the examples": "예시 사진",
    "Or photos of your own": "또는 내 사진",
    "An example": "예시",
    "What all runs say": "모든 모델의 답",
    "{shown} of {count} runs, the best of each net and recipe first, those of the answering run's data set before others.": (
        "실험 {count}개 가운데 {shown}개입니다. 답한 실험과 같은 데이터의 것을 먼저, 신경망과 레시피마다 가장 좋은 것부터 보입니다."
    ),
    # Predictions
    "Run": "실험",
    "Images": "이미지",
    "Confusion matrix": "혼동행렬",
    "Confidence": "확신도",
    "Two runs": "두 실험",
    "Time travel": "시간 여행",
    "Label detective": "레이블 탐정",
    "View": "보기",
    "No net has been trained and tested here yet. Train one, and look at its answers.": (
        "아직 여기서 학습하고 테스트한 신경망이 없습니다. 하나 학습해서 그 답을 살펴보세요."
    ),
    "**{accuracy}** of {count} test images are named correctly, 95 % interval {low} to {high}.": (
        "테스트 이미지 {count}장 중 **{accuracy}를** 맞혔습니다. 95 % 신뢰구간은 {low}에서 {high}까지입니다."
    ),
    "Test image {index}: {true}.": "테스트 이미지 {index}: {true}.",
    "{run} says {predicted}, {confidence}.": "{run}의 답: {predicted}, {confidence}.",
    "The model": "모델",
    "All": "모두",
    "Right": "맞음",
    "Wrong": "틀림",
    "As in the test split": "원래 순서대로",
    "Most confident first": "확신이 큰 것부터",
    "Least confident first": "확신이 작은 것부터",
    "Answers": "답",
    "Order": "순서",
    "True class": "정답 클래스",
    "Predicted class": "예측한 클래스",
    "Confidence, in percent": "확신도 (%)",
    "**{count}** of {total} test image(s)": "테스트 이미지 {total}장 중 **{count}장**",
    "Most confident mistakes": "가장 확신하고 틀린 것",
    "Least confident answers": "가장 자신 없는 답",
    "No image fits. Widen the filters.": "맞는 이미지가 없습니다. 조건을 넓히세요.",
    "Page (of {pages})": "쪽 (모두 {pages}쪽)",
    "Percents of each true class instead of counts": "개수 대신 정답 클래스별 백분율",
    "Rows are the true classes, columns what the model says. Click a cell to see its images.": (
        "행은 정답 클래스, 열은 모델의 답입니다. 칸을 누르면 그 이미지가 보입니다."
    ),
    "Precision, recall and F1 of each class": "클래스별 정밀도, 재현율, F1",
    "None: every answer is right.": "없음: 모두 맞혔습니다.",
    "{true}, taken for {predicted}": "{true}인데 {predicted}(으)로 봄",
    "{true}, answered rightly": "{true}, 맞힘",
    "Class": "클래스",
    "Any": "모두",
    "Choose a file": "파일 고르기",
    "{megabytes} MB a file at most": "파일 하나에 {megabytes} MB까지",
    "Worst pairs": "가장 많이 혼동한 쌍",
    "Each class": "클래스별",
    "Precision": "정밀도",
    "Recall": "재현율",
    "Of the answers with this class, how many are right.": "이 클래스라고 한 답 가운데 맞은 비율.",
    "Of the images of this class, how many are found.": "이 클래스의 이미지 가운데 찾아낸 비율.",
    "The harmonic mean of precision and recall.": "정밀도와 재현율의 조화평균.",
    "as trained": "학습된 그대로",
    "with temperature": "온도 보정",
    "Run B": "실험 B",
    "Both right": "둘 다 맞음",
    "Only A right": "A만 맞음",
    "Only B right": "B만 맞음",
    "Both wrong": "둘 다 틀림",
    "Show": "보여 줄 것",
    "Kept after each epoch: the answers to all test images, {kilobytes:.0f} KB an epoch, {all:.2f} MB in "
    "all.": (
        "에폭마다 모든 테스트 이미지의 답을 남겼습니다. 에폭마다 {kilobytes:.0f} KB, 모두 {all:.2f} MB입니다."
    ),
    "Runs that testify": "증언할 실험",
    "Expected calibration error, as trained": "기대 보정 오차(ECE), 학습된 그대로",
    "With temperature {temperature:.2f}": "온도 {temperature:.2f} 적용",
    "There is no second tested run on this data set yet.": "이 데이터로 테스트한 실험이 아직 하나뿐입니다.",
    "No predictions were kept along the way; train again to travel.": (
        "학습 도중의 예측이 남아 있지 않습니다. 다시 학습하면 시간 여행을 할 수 있습니다."
    ),
    "Choose at least one run.": "실험을 하나 이상 고르세요.",
    "No suspicious label: wherever these runs agree, they agree with the label.": (
        "의심스러운 레이블이 없습니다. 이 실험들이 일치하는 곳에서는 레이블과도 일치합니다."
    ),
    "One run alone is a weak witness; add others, ideally of another architecture.": (
        "증인이 하나면 약합니다. 되도록 구조가 다른 실험을 더하세요."
    ),
    "A temperature above 1 suits a net that boasts: all answers get less sure, none changes.": (
        "온도가 1보다 크면 모든 답의 확신이 줄어듭니다. 과신하는 모델에 맞는 온도이며, 답 자체는 바뀌지 않습니다."
    ),
    "A temperature below 1 suits a net that is too timid: all answers get surer, none changes.": (
        "온도가 1보다 작으면 모든 답의 확신이 커집니다. 확신이 모자란 모델에 맞는 온도이며, 답 자체는 바뀌지 않습니다."
    ),
    "A temperature of 1 leaves every answer as sure as it was.": "온도가 1이면 모든 답의 확신이 그대로입니다.",
    "Temperature fitted on {fitted} validation images, errors measured on {measured} test images.": (
        "온도는 검증 이미지 {fitted}장으로 맞추고, 오차는 테스트 이미지 {measured}장으로 쟀습니다."
    ),
    "This run kept no validation images: the temperature is fitted on one half of the test images, and both "
    "errors are measured on the other {measured}.": (
        "이 실험에는 검증 이미지가 없습니다. 온도는 테스트 이미지의 절반으로 맞추고, 두 오차는 나머지 "
        "{measured}장으로 쟀습니다."
    ),
    "Train another net": "다른 신경망 학습하기",
    "Above the dashed line the net is more often right than it says, below it boasts.": (
        "점선 위에서는 신경망이 자기 확신도보다 더 자주 맞고, 아래에서는 과신합니다."
    ),
    # Photo
    "Show a picture to a trained net: clothes, a digit on paper, or whatever it has learned. It is sent to "
    "the server for the answer, and not stored.": (
        "학습된 신경망에 옷이나 종이에 쓴 숫자 등 그 신경망이 배운 것의 사진을 보여 주세요. 사진은 답을 얻기 위해 "
        "서버로 보내지만 저장하지는 않습니다."
    ),
    "Upload a photo, use the camera, or pick an example.": (
        "사진을 올리거나, 카메라로 찍거나, 예시를 고르세요."
    ),
    "Run that answers": "답할 실험",
    "comes with the project": "프로젝트에 들어 있음",
    "This model comes with the project. It has learned from {data} and {photos:,} real photos of clothes "
    "({licence}).": (
        "프로젝트에 들어 있는 모델입니다. {data}와(과) 실제 옷 사진 {photos:,}장({licence})으로 학습했습니다."
    ),
    "This model comes with the project. It has learned from {data}.": (
        "프로젝트에 들어 있는 모델입니다. {data}(으)로 학습했습니다."
    ),
    "a dress": "원피스",
    "shorts: none of the ten": "반바지: 열 가지에 없음",
    "long sleeves": "긴소매 옷",
    "a T-shirt": "티셔츠",
    "trousers": "바지",
    "Use the camera": "카메라 쓰기",
    "Hold the garment before a plain wall": "무늬 없는 벽 앞에 옷을 들어 보이세요",
    "Take a picture": "사진 찍기",
    "**From the photo to what the model sees**": "**사진에서 모델이 보는 것까지**",
    "Score for being one of my classes: {score:.2f}; from {threshold:.2f} on I call it one. It is the "
    "geometric mean of the familiarity, {familiarity:.2f} (how much it is like what this net has "
    "learned from), and the probability of the {count} likeliest answer(s) together, {top:.2f}.": (
        "아는 클래스일 점수: {score:.2f}. {threshold:.2f} 이상이면 아는 클래스로 봅니다. 친숙도(이 신경망이 배운 "
        "것과 닮은 정도) {familiarity:.2f}과(와) 가장 유력한 답 {count}개의 확률을 "
        "합한 값 {top:.2f}의 기하평균입니다."
    ),
    "The run that answers has learned from {own}. Runs on other data sets ({others}) may have other classes.": "답하는 실험은 {own}(으)로 학습했습니다. 다른 데이터({others})로 학습한 실험은 클래스가 다를 수 있습니다.",
    "Vermilion: hiding this place lowers the probability of {name}, by up to {most:,} point(s).": (
        "주홍: 이곳을 가리면 {name}일 확률이 낮아집니다. 최대 {most:,}%p."
    ),
    "Hiding any one place hardly changes the probability of {name}.": (
        "어느 한 곳을 가려도 {name}일 확률은 거의 변하지 않습니다."
    ),
    "From no drop to {full:.0f} points or more": "변화 없음에서 {full:.0f}%p 이상까지",
    "Looking at all training images, once …": "훈련 이미지를 한 번 모두 살펴보는 중 …",
    "Correct it by hand": "직접 고치기",
    "**{name}**, {sure} sure": "**{name}**, 확신 {sure}",
    "**This does not look like one of my {count} classes.**": (
        "**이 신경망이 아는 클래스 {count}개 가운데 하나로 보이지 않습니다.**"
    ),
    "If it had to be one of them, it would be {name}.": "꼭 그중에서 골라야 한다면 {name}입니다.",
    "**What mattered**": "**중요했던 곳**",
    "**It thinks of these training images**": "**이런 훈련 이미지를 떠올립니다**",
    "This run's first photo: learning which images are familiar to it, once …": "이 실험의 첫 사진입니다. 어떤 이미지가 익숙한지 한 번만 배우는 중 …",
    "Reading the photo …": "사진을 읽는 중 …",
    "Turn clockwise": "시계 방향으로 돌리기",
    "Find out which side is up": "위쪽 찾기",
    "Box around the garment": "옷을 두르는 상자",
    "Drag a box around the garment.": "끌어서 옷 둘레에 상자를 그리세요.",
    "Arrow keys move the box, with Shift they resize it.": (
        "화살표 키로 상자를 옮기고, Shift를 누른 채로는 크기를 바꿉니다."
    ),
    "{left} to {right} % across, {top} to {bottom} % down": "가로 {left}~{right} %, 세로 {top}~{bottom} %",
    "Whole picture": "사진 전체",
    "Swap bright and dark": "밝기 뒤집기",
    "Remove the background": "배경 지우기",
    "{count} photo(s); like one of my classes: {known}; no picture that can be read: {unreadable}; of one colour only: {empty}.": "사진 {count}장. 아는 클래스로 보이는 것 {known}장, 그림으로 읽을 수 없는 것 {unreadable}장, 한 가지 색뿐인 것 {empty}장.",
    "Download as CSV": "CSV로 내려받기",
    "Look closely at": "자세히 볼 사진",
    "Picture": "사진",
    "File": "파일",
    "One of my classes": "아는 클래스",
    "Remarks": "비고",
    "Reading {n} of {k}": "{k}장 중 {n}번째 읽는 중",
    "Images on which most of these runs agree against the label. The label may be wrong, or the runs are: look for yourself. The highest **score** comes first: the logarithm of how many times likelier the runs find their class than the label, on average (at most {most:g} a run), raised where this confusion is rare. A shirt is often taken for a T-shirt, a bag hardly for a sandal.": "이 모델들 대부분이 레이블과 다르게 답한 이미지입니다. 레이블이 틀렸을 수도, 모델이 틀렸을 수도 있으니 직접 보세요. **점수**가 높은 것부터 나옵니다: 모델이 레이블보다 자기 답을 몇 배 더 그럴듯하게 보는지의 로그를 평균하고(모델마다 최대 {most:g}), 드문 혼동일수록 높입니다. 셔츠를 티셔츠로 보는 일은 흔하지만, 가방을 샌들로 보는 일은 거의 없습니다.",
    "Left out, because they answer exactly like another one: {count} run(s).": "다른 실험과 답이 완전히 같아 뺀 실험: {count}개.",
    "{suggested}: {agreeing} of {runs} run(s), {confidence} sure, score {score:.1f}": "{suggested}: 모델 {runs}개 중 {agreeing}개, 확신 {confidence}, 점수 {score:.1f}",
}
