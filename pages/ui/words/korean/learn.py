"""The pages that teach: Learn, Design a net, Look inside. Terms are those of the lecture."""

LEARN: dict[str, str] = {
    # Learn
    "1 · Two classes": "1 · 이항분류",
    "2 · Where it matters": "2 · 차이가 나는 곳",
    "3 · Classes as numbers": "3 · 범주를 숫자로",
    "4 · Softmax": "4 · 소프트맥스",
    "5 · Cross entropy": "5 · 크로스 엔트로피",
    "6 · Which loss?": "6 · 어떤 손실함수?",
    # Two classes
    "Logit z": "로짓 z",
    "Exactly on the border: the net cannot tell.": "정확히 경계입니다. 어느 쪽인지 알 수 없습니다.",
    "logit > 0: **class 1**, as probability > 0.5.": "로짓 > 0: **클래스 1**. 확률 > 0.5와 같은 말입니다.",
    "logit < 0: **class 0**, as probability < 0.5.": "로짓 < 0: **클래스 0**. 확률 < 0.5와 같은 말입니다.",
    "The numbers are PyTorch's own, in 32 bits, which keep about 7 digits. Above a logit of about 17 the probability is rounded to exactly 1. `BCELoss` then needs log(0), which PyTorch clips at −100, and its gradient is 0 even where the net is wrong. Its gradient at p is (p − y) / (p(1 − p)); so as not to divide by 0, PyTorch divides by 1e-12 where p(1 − p) is less, below a logit of about −28. The gradient of the form with the logit stays exact.": "파이토치가 직접 계산한 32비트 값으로, 유효숫자는 약 7자리입니다. 로짓이 17쯤을 넘으면 확률은 정확히 1로 반올림됩니다. 그러면 `BCELoss`는 log(0)을 계산해야 하고(파이토치는 −100에서 자릅니다) 틀린 이미지에서도 기울기가 0이 됩니다. p에서의 기울기는 (p − y) / (p(1 − p))인데, p(1 − p)가 1e-12보다 작으면(로짓 약 −28 아래) 파이토치는 0으로 나누지 않도록 1e-12로 나눕니다. 로짓을 쓰는 식의 기울기는 끝까지 정확합니다.",
    "p(1 − p) is {variance:.2g}, and PyTorch divides by 1e-12 instead: the gradient of sigmoid + BCELoss is {gradient:.2g} and not {exact:.2g}, so the net learns less from this image.": "p(1 − p)는 {variance:.2g}인데 파이토치는 그 대신 1e-12로 나눕니다. 그래서 시그모이드 + BCELoss의 기울기는 {exact:.2g}이(가) 아니라 {gradient:.2g}이고, 신경망은 이 이미지에서 덜 배웁니다.",
    "Probability p": "확률 p",
    "exp({logit:g}) is larger than any number in 32 bits (3.4e38), so exp(z) / (1 + exp(z)), "
    "computed as it stands, is infinity / infinity: not a number.": (
        "exp({logit:g})은 32비트로 쓸 수 있는 가장 큰 수(3.4e38)보다 큽니다. 그래서 exp(z) / (1 + "
        "exp(z))를 그대로 계산하면 무한대 / 무한대, 곧 숫자가 아닌 값(NaN)이 됩니다."
    ),
    "The probability was rounded to {probability:g}. The gradient of sigmoid + BCELoss is 0: this "
    "image is wrong, and the net learns nothing from it.": (
        "확률이 {probability:g}(으)로 반올림되었습니다. 시그모이드 + BCELoss의 기울기는 0입니다. 틀린 "
        "이미지인데도 신경망은 여기서 아무것도 배우지 못합니다."
    ),
    "The probability was rounded to {probability:g}, which is the true class: here a gradient of "
    "0 does no harm. Choose the other class.": (
        "확률이 {probability:g}(으)로 반올림되었고 그것이 정답입니다. 여기서는 기울기가 0이어도 "
        "괜찮습니다. 다른 클래스를 골라 보세요."
    ),
    "A net that tells two classes apart has **one** output, the **logit**: any number. The sigmoid turns it "
    "into the probability of class 1.": (
        "두 클래스를 구분하는 신경망의 출력은 **하나**, 곧 **로짓**(logit)입니다. 로짓은 어떤 실수든 될 수 "
        "있고, 시그모이드가 이를 클래스 1의 확률로 바꿉니다."
    ),
    "Two ways to write the same loss": "같은 손실함수를 쓰는 두 가지 방법",
    "The lecture writes the training twice: sigmoid, then `BCELoss` on the probability; and "
    "`BCEWithLogitsLoss` on the logit. It is the same net, the same loss, the same steps.": (
        "강의에서는 학습 코드를 두 가지로 씁니다. 한 번은 시그모이드를 거친 확률에 `BCELoss`를, 한 번은 로짓에 "
        "바로 `BCEWithLogitsLoss`를 씁니다. 신경망도, 손실도, 학습 단계도 모두 같습니다."
    ),
    "Probability of class 1": "클래스 1의 확률",
    "Quantity": "값",
    "Sigmoid + BCELoss": "시그모이드 + BCELoss",
    "BCEWithLogitsLoss": "BCEWithLogitsLoss",
    "Loss": "손실",
    "Gradient at the logit": "로짓에서의 기울기",
    "not needed": "필요 없음",
    # The small trainings
    "The lecture prints {published} with one-hot targets, and then exp(netout). With seed {seed} those numbers come out here to the digit, but the net that gives them, before its last step, is right on {right}: the lecture's two are of different executions of the cell.": "강의에는 원핫인코딩으로 얻은 정확도 {published}와 그다음 exp(netout)이 나옵니다. 시드 {seed}(으)로 하면 그 exp(netout)이 끝자리까지 똑같이 나오지만, 그 값을 낸 신경망(마지막 단계 전)의 정확도는 {right}입니다. 강의의 두 결과는 같은 셀을 따로 실행한 것입니다.",
    "Train both on MNIST 0 and 1": "MNIST 0과 1로 둘 다 학습하기",
    "Accuracy with BCELoss": "BCELoss의 정확도",
    "Accuracy with BCEWithLogitsLoss": "BCEWithLogitsLoss의 정확도",
    "Largest difference of the losses": "두 손실의 가장 큰 차이",
    "The lecture reports {published} after {steps} steps. The formula is the same; the difference is rounding: near 0.7, neighbouring numbers of 32 bits lie {rounding:.0e} apart.": "강의의 결과는 {steps}번 학습 뒤 {published}입니다. 식은 같고 차이는 반올림 때문입니다. 0.7 근처에서 이웃한 32비트 수는 {rounding:.0e}만큼 떨어져 있습니다.",
    "Train both on MNIST 0, 1 and 2": "MNIST 0, 1, 2로 둘 다 학습하기",
    "Accuracy with one-hot targets": "원핫인코딩했을 때의 정확도",
    "Accuracy with 0, 1, 2": "0, 1, 2로 적었을 때의 정확도",
    # Categories
    "Dogs (0)": "강아지 (0)",
    "Cats (1)": "고양이 (1)",
    "Rabbits (2)": "토끼 (2)",
    "How does a class become a number? **Wrong:** 0, 1, 2. Classes have no order and no "
    "distances, so a mean of such numbers (▲) means nothing. **Right:** one-hot, [1,0,0], "
    "[0,1,0], [0,0,1]. Then the mean is the share of each class (bars).": (
        "클래스를 어떻게 숫자로 바꿀까요? **잘못된 방식:** 0, 1, 2. 범주에는 순서도 거리도 없으므로 이런 숫자의 "
        "평균(▲)은 의미가 없습니다. **올바른 방식:** 원핫인코딩 [1,0,0], [0,1,0], [0,0,1]. 그러면 평균이 곧 "
        "클래스별 비율(막대)입니다."
    ),
    "The mean lies halfway between a **{lower}** and a **{upper}**.": (
        "평균은 **{lower}**와(과) **{upper}**의 한가운데입니다."
    ),
    "The mean of this basket is nearest to a **{animal}**.": (
        "이 바구니의 평균에 가장 가까운 것은 **{animal}**입니다."
    ),
    "The mean of this basket is a **{animal}**.": "이 바구니의 평균은 **{animal}**입니다.",
    "dog": "강아지",
    "cat": "고양이",
    "rabbit": "토끼",
    "Three digits, both ways": "숫자 세 개를 두 방식으로",
    "The lecture trains a net with three outputs on the digits 0, 1, 2 with one-hot targets. Beside it: the "
    "same net with one output that should become 0, 1 or 2.": (
        "강의에서는 숫자 0, 1, 2를 원핫인코딩하고 출력이 세 개인 신경망을 적합합니다. 그 옆은 같은 "
        "신경망에서 출력을 하나로 줄이고 그 값이 0, 1, 2가 되도록 적합한 것입니다."
    ),
    "Put at least one animal into the basket.": "바구니에 동물을 하나 이상 넣으세요.",
    "The mean of this basket is a **{animal}**, and there is not one in it.": (
        "이 바구니의 평균은 **{animal}**입니다. 그런데 바구니에 그 동물은 한 마리도 없습니다."
    ),
    # Softmax
    "Softmax makes probabilities of logits: `exp` makes each one positive, and dividing by their "
    "sum makes them add up to 1. **Sigmoid is softmax over (logit, 0):** of dog and cat alone, at "
    "T = 1, only the difference of their logits counts, and softmax({difference:.1f}, 0) = "
    "sigmoid({difference:.1f}) = {sigmoid:.4f} for the dog.": (
        "소프트맥스는 로짓을 확률로 바꿉니다. `exp`가 값을 모두 양수로 만들고, 그 합으로 나누면 모두 "
        "더해 1이 됩니다. **시그모이드는 (로짓, 0)의 소프트맥스입니다.** T = 1에서 강아지와 고양이만 "
        "보면 두 로짓의 차이만 중요하고, 강아지의 확률은 소프트맥스({difference:.1f}, 0) = "
        "시그모이드({difference:.1f}) = {sigmoid:.4f}입니다."
    ),
    "1 is softmax itself; above 1 the probabilities even out, below 1 the largest grows.": (
        "1이면 소프트맥스 그대로입니다. 1보다 크면 확률이 고르게 되고, 1보다 작으면 가장 큰 것이 더 커집니다."
    ),
    "Temperature T": "온도 T",
    "Sum": "합",
    "Logit of {name}": "{name}의 로짓",
    # Cross entropy
    "Cross entropy asks one thing: how probable did the net think the *true* class? Its gradient "
    "at the logits is **p − y**, probabilities minus one-hot target. A step of training goes "
    "against it: the true class's logit rises, the others fall.": (
        "크로스 엔트로피가 묻는 것은 하나입니다. 신경망은 *정답* 클래스의 확률을 얼마로 보았는가? "
        "로짓에 대한 기울기는 **p − y**, 곧 확률에서 원핫 정답을 뺀 것입니다. 학습은 그 반대 "
        "방향으로 갑니다. 정답 클래스의 로짓은 올라가고 나머지는 내려갑니다."
    ),
    "A tie: the largest logit is shared, so the net names no class.": (
        "동점입니다. 가장 큰 로짓이 둘 이상이므로 신경망은 어느 클래스도 고르지 못합니다."
    ),
    "The net names **{named}**. Wrong. Raise the logit of {truth}, or lower the others.": (
        "신경망의 답은 **{named}**, 틀렸습니다. {truth}의 로짓을 올리거나 다른 로짓을 내려 보세요."
    ),
    "The net names **{named}**. Right. The loss falls further as the probability nears 1.": (
        "신경망의 답은 **{named}**, 맞았습니다. 확률이 1에 가까워질수록 손실은 더 줄어듭니다."
    ),
    "The net names **{named}**. Right, and the loss is almost 0.": (
        "신경망의 답은 **{named}**, 맞았습니다. 손실은 거의 0입니다."
    ),
    # The two tables
    "Two classes": "이항분류",
    "Many classes": "다항분류",
    "For writing code:": "파이토치버전 // 코딩용",
    "For the theory:": "일반적개념 // 이론용",
    "Task": "분류",
    "Last layer": "마지막 레이어",
    "Use {loss}.": "{loss}을(를) 쓰세요.",
    "PyTorch has no loss for that: leave softmax out and use `CrossEntropyLoss` on the logits.": (
        "파이토치에는 그런 손실함수가 없습니다. 소프트맥스를 빼고 로짓에 `CrossEntropyLoss`를 쓰세요."
    ),
    "gives logits": "로짓을 냄",
    "gives probabilities": "확률을 냄",
    "probability": "확률(prob)",
    "logit": "로짓(logit)",
    "probabilities": "확률(probs)",
    "none": "없음",
    "logits": "로짓(logits)",
    "What the net's output means": "netout의 의미",
    "PyTorch loss": "파이토치 손실함수",
    "binomial": "이항분포",
    "Binary cross entropy": "Binary Cross Entropy",
    "multinomial": "다항분포",
    "Cross entropy": "Cross Entropy",
    "Distribution assumed": "오차항의 가정",
    "Last activation": "마지막 활성화함수",
    # Design a net
    "The pictures show what the net makes of an image with its first, random weights: the three maps that "
    "vary most over the image, or some numbers of a list, blue below 0 and vermilion above. The bar is "
    "the layer's share of the parameters.": (
        "그림은 아직 배우지 않은 신경망이 무작위 초기 가중치로 이미지를 바꾼 모습입니다. 위치에 따라 값이 가장 "
        "크게 달라지는 특징맵 세 개, 또는 목록의 수 몇 개(0보다 작으면 파랑, 크면 주홍)를 보여 줍니다. "
        "막대는 파라미터 가운데 그 레이어가 차지하는 비율입니다."
    ),
    "Lecture: wider net": "강의: 더 넓은 신경망",
    "Lecture: CNN": "강의: 합성곱신경망",
    "A residual block": "잔차 블록",
    "image": "이미지",
    "does not work": "쓸 수 없음",
    "Puzzle: find the mistake": "퀴즈: 잘못된 곳 찾기",
    "Start from": "시작할 신경망",
    "Open": "열기",
    "Save": "저장",
    "Save and train": "저장하고 학습",
    "Multiplications for one image": "이미지 한 장의 곱셈 수",
    "my-net": "나의-신경망",
    "Saved as {name}. You find it among the architectures on the Train page.": (
        "{name}(으)로 저장했습니다. 학습 페이지의 신경망 목록에 있습니다."
    ),
    "Dense, a node for each class.": "완전연결층, 클래스마다 노드 하나.",
    "output": "출력",
    "→ {shape} · parameters: {parameters:,} · multiplications: {multiplications:,}": (
        "→ {shape} · 파라미터 {parameters:,} · 곱셈 {multiplications:,}"
    ),
    "Move up": "위로",
    "Move down": "아래로",
    "Remove": "제거",
    # Look inside
    "Section": "보기",
    "First weights": "첫 레이어의 가중치",
    "One image, layer by layer": "이미지 한 장을 레이어별로",
    "Layer by layer: what responds most to this image. Choose one to see more.": (
        "레이어마다 이 이미지에 가장 크게 반응하는 것. 레이어를 고르면 자세히 보입니다."
    ),
    "The {count} of {total} maps whose values differ most from place to place (largest standard deviation): "
    "one that is the same everywhere has seen nothing.": (
        "특징맵 {total}개 가운데 위치에 따라 값이 가장 크게 달라지는(표준편차가 가장 큰) {count}개. 어디서나 "
        "값이 같은 특징맵은 아무것도 보지 못한 것입니다."
    ),
    "The {count} of {total} numbers that lie farthest from 0.": (
        "수 {total}개 가운데 0에서 가장 먼 {count}개."
    ),
    "Below: its weights, vermilion where bright pixels raise it, blue where they lower it.": (
        "아래는 가중치: 밝은 픽셀이 값을 올리는 곳은 주홍, 내리는 곳은 파랑."
    ),
    "These are the logits; softmax makes the probabilities of them.": (
        "이 수가 로짓이고, 소프트맥스가 이것으로 확률을 만듭니다."
    ),
    "All {count}": "{count}개 모두",
    "conv": "합성곱",
    "pool": "풀링",
    "Features in two dimensions": "2차원으로 본 특징 벡터",
    "Take it along": "가져가기",
    "{shown} of {count} picture(s) of the first layer": "첫 레이어의 그림 {count}개 중 {shown}개",
    "Each picture is what one node (or filter) of the first layer looks for: vermilion where bright pixels "
    "speak for it, blue where they speak against it, white where they do not matter.": (
        "그림 하나는 첫 레이어의 노드(또는 필터) 하나가 찾는 모양입니다. 밝은 픽셀이 값을 올리는 곳은 주홍, "
        "내리는 곳은 파랑, 상관없는 곳은 하양입니다."
    ),
    "Images: dark is the smallest, bright the largest number of a channel. Lists: blue is below 0, vermilion "
    "above. At most {channels} channels and {numbers} numbers are shown.": (
        "이미지는 채널마다 가장 작은 값이 어둡고 가장 큰 값이 밝습니다. 목록은 0보다 작으면 파랑, 크면 "
        "주홍입니다. 채널은 {channels}개, 수는 {numbers}개까지 보여 줍니다."
    ),
    "The last layer sees each image as a list of numbers, its features. Here they are in two dimensions: "
    "images that look alike to the net lie together. Point at one to see it.": (
        "마지막 레이어는 이미지를 숫자의 목록, 곧 특징 벡터로 봅니다. 여기서는 그것을 2차원에 펼쳤습니다. 신경망이 "
        "비슷하다고 보는 이미지는 가까이 모입니다. 점을 가리키면 이미지가 보입니다."
    ),
    "PCA: at once": "PCA: 바로",
    "t-SNE: slower, neighbours together": "t-SNE: 느리지만 이웃끼리 모음",
    "PyTorch code and weights: runs without this program": "파이토치 코드와 가중치: 이 프로그램 없이 실행됨",
    "ONNX: for other programs and devices; checked against this net": (
        "ONNX: 다른 프로그램과 기기용, 이 신경망과 대조해 확인함"
    ),
    "TorchScript: one file for PyTorch and C++": "TorchScript: 파이토치와 C++용 파일 하나",
    "Report: settings, curves and mistakes on one page": "보고서: 설정, 곡선, 틀린 것을 한 쪽에",
    "Report of a comparison: this run beside others": "비교 보고서: 이 실험을 다른 실험과 나란히",
    "Beside": "나란히 볼 실험",
    "Format": "형식",
    "Prepare the file": "파일 만들기",
    "There is no trained net yet. Train one first.": "아직 학습된 신경망이 없습니다. 먼저 하나 학습하세요.",
    "Number of the image": "이미지 번호",
    "Projection": "투영 방법",
    "Computing the map …": "지도를 계산하는 중 …",
    "t-SNE keeps neighbours together; distances between groups mean nothing.": (
        "t-SNE는 이웃끼리 가깝게 둡니다. 무리 사이의 거리에는 의미가 없습니다."
    ),
    "Download {size:.1f} MB": "내려받기 ({size:.1f} MB)",
    "class": "클래스",
    "answer": "답",
    "Writing and checking the file …": "파일을 쓰고 확인하는 중 …",
}
