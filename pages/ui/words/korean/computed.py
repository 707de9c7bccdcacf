"""Sentences and labels that `fmnist_core` makes: charts, descriptions, the coach, verdicts, errors.

{name} stands for what differs; words that are in here themselves (or names of classes) are translated in it.
"""

from pages.ui.words.korean.errors import ERRORS

CHARTS: dict[str, str] = {
    "Epoch": "에폭",
    "Step": "단계",
    "Loss": "손실",
    "Accuracy": "정확도",
    "Training": "훈련",
    "Validation": "검증",
    "Test": "테스트",
    "training": "훈련",
    "validation": "검증",
    "test": "테스트",
    "Training, evaluated": "훈련, 평가 모드",
    "Seconds of training": "학습 시간 (초)",
    "Parameters": "파라미터 수",
    "Waiting for the first epoch": "첫 에폭을 기다리는 중",
    "No picked run has measured this": "고른 학습 중 이것을 잰 것이 없습니다",
    "Nothing to show yet": "아직 보여 줄 것이 없습니다",
    "{metric} at epoch {epoch}: {values}.": "{epoch}에폭의 {metric}: {values}.",
    "{metric} over the epochs: no epoch is finished yet.": "에폭별 {metric}: 아직 끝난 에폭이 없습니다.",
    "Training accuracy": "훈련 정확도",
    "Validation accuracy": "검증 정확도",
    "Test accuracy": "테스트 정확도",
    "Training loss": "훈련 손실",
    "Validation loss": "검증 손실",
    "Test loss": "테스트 손실",
    "Test accuracy and {cost}": "테스트 정확도와 {cost}",
    "parameters": "파라미터 수",
    "seconds of training": "학습 시간 (초)",
    "No finished run to show": "보여 줄 완료된 학습이 없습니다",
    "Published in the lecture": "강의의 결과",
    "Published in the lecture, time unknown": "강의의 결과 (시간 모름)",
    "Runs": "학습",
    "Confusion matrix": "혼동행렬",
    "Predicted": "예측",
    "True": "정답",
    "No predictions yet": "아직 예측이 없습니다",
    "No prediction yet": "아직 예측이 없습니다",
    "No prediction yet.": "아직 예측이 없습니다.",
    "Confusion matrix: no predictions yet.": "혼동행렬: 아직 예측이 없습니다.",
    "Confusion matrix: {right} of {total} images right ({share}).": (
        "혼동행렬: 이미지 {total}장 중 {right}장 맞음 ({share})."
    ),
    "Confusion matrix: {right} of {total} images right ({share}). The most frequent mistake: {true} taken "
    "for {predicted}, {count} times.": (
        "혼동행렬: 이미지 {total}장 중 {right}장 맞음 ({share}). 가장 잦은 실수는 {true}을(를) "
        "{predicted}(으)로 본 것으로, {count}번입니다."
    ),
    "Confidence and accuracy": "확신도와 정확도",
    "Confidence": "확신도",
    "As often right as said": "말한 만큼 맞음",
    "Probabilities": "확률",
    "Images per class": "클래스별 이미지 수",
    "Images": "이미지",
    "Brightness of the pixels": "픽셀의 밝기",
    "Brightness (0 is black, 255 white)": "밝기 (0은 검정, 255는 하양)",
    "Share of all pixels": "전체 픽셀 중 비율",
    "Every class has {count} training images.": "모든 클래스의 훈련 이미지가 {count}장씩입니다.",
    "From {least} training images of {first} to {most} of {second}.": (
        "훈련 이미지는 {first}이(가) {least}장으로 가장 적고 {second}이(가) {most}장으로 가장 많습니다."
    ),
    "{black} of the pixels are black, {dark} are darker than 64, {bright} are 192 or brighter.": (
        "픽셀의 {black}가 검정이고, {dark}는 64보다 어두우며, {bright}는 192 이상으로 밝습니다."
    ),
    "{count} images. The nearest two classes are {first} and {second}.": (
        "이미지 {count}장. 가장 가까운 두 클래스는 {first}과(와) {second}입니다."
    ),
    # Learn and the ladder
    "Sigmoid": "시그모이드",
    "Logit": "로짓",
    "Probability": "확률",
    "Names class 0": "클래스 0이라고 답함",
    "Names class 1": "클래스 1이라고 답함",
    "This logit": "지금 로짓",
    "class 0": "클래스 0",
    "class 1": "클래스 1",
    "neither class": "어느 쪽도 아님",
    "Sigmoid: a logit of {logit} is a probability of {probability}; it names {named}.": (
        "시그모이드: 로짓 {logit}은(는) 확률 {probability}입니다. 답: {named}."
    ),
    "Sigmoid + BCELoss": "시그모이드 + BCELoss",
    "Gradient": "기울기",
    "Gradient at the logit": "로짓에서의 기울기",
    "{what} at logit {logit}, target {target}: {first} by sigmoid and BCELoss, {second} by "
    "BCEWithLogitsLoss.": (
        "로짓 {logit}, 정답 {target}에서의 {what}: 시그모이드와 BCELoss로는 {first}, BCEWithLogitsLoss로는 "
        "{second}."
    ),
    "Not trained yet": "아직 학습하지 않았습니다",
    "One-hot": "원핫인코딩",
    "Numbers 0, 1, 2": "숫자 0, 1, 2",
    "Share of each class": "클래스별 비율",
    "Probabilities p": "확률 p",
    "Gradient p − y": "기울기 p − y",
    "Accuracy: training as lines, test dotted": "정확도: 실선은 훈련, 점선은 테스트",
    "Training against test accuracy: the gap is "
    "overfitting": "훈련 정확도와 테스트 정확도: 그 차이가 과대적합",
    "Test, published": "테스트, 강의",
    "Training, published": "훈련, 강의",
    "Test, reproduced": "테스트, 재현",
    "Training, reproduced": "훈련, 재현",
    "simple": "간단한",
    "wider": "더 넓은",
    "very wide": "아주 넓은",
    "deep": "깊은",
    "convolutional": "합성곱",
    "From the {first} net to the {top} one, training accuracy changes by {train} points ({train_from} to "
    "{train_to}), test accuracy by {test} ({test_from} to {test_to}).": (
        "{first} 신경망에서 {top} 신경망으로 가면 훈련 정확도는 {train}%p ({train_from} → {train_to}), "
        "테스트 정확도는 {test}%p ({test_from} → {test_to}) 달라집니다."
    ),
    "Of the {count} nets without convolution none gets past 90 % of the test images; the best is the {best} "
    "one with {accuracy}.": (
        "합성곱이 없는 신경망 {count}개 중 테스트 이미지에서 90 %를 넘긴 것은 없습니다. 가장 좋은 것은 "
        "{best} 신경망으로 {accuracy}입니다."
    ),
    "Of the nets without convolution the {best} one is the best: {accuracy} of the test images.": (
        "합성곱이 없는 신경망 중에서는 {best} 신경망이 가장 좋습니다. 테스트 이미지의 {accuracy}를 맞힙니다."
    ),
    "The widest gap between training and test is that of the {net} net: {gap} points. That gap is "
    "overfitting.": (
        "훈련과 테스트의 차이가 가장 큰 것은 {net} 신경망으로 {gap}%p입니다. 이 차이가 과대적합입니다."
    ),
    "Convolution reaches {accuracy} of the test images, {points} points against the best net without it.": (
        "합성곱신경망은 테스트 이미지의 {accuracy}를 맞힙니다. 합성곱이 없는 가장 좋은 신경망과의 차이는 "
        "{points}%p입니다."
    ),
    "{close} of {count} test accuracies lie within {tolerance} points of the published ones; the largest "
    "difference is that of the {net} net: {points} points.": (
        "테스트 정확도 {count}개 중 {close}개가 강의의 수치와 {tolerance}%p 안에서 같습니다. 가장 큰 차이는 "
        "{net} 신경망의 {points}%p입니다."
    ),
}

DESCRIPTIONS: dict[str, str] = {
    "No hidden layer: one weight per pixel and class": "은닉층 없음: 픽셀과 클래스마다 가중치 하나",
    "The lecture's simple net: one hidden layer of 32 nodes": "강의의 간단한 신경망: 노드 32개의 은닉층 하나",
    "The lecture's wider net: one hidden layer of 256 "
    "nodes": "강의의 더 넓은 신경망: 노드 256개의 은닉층 하나",
    "The lecture's very wide net: 4,096 nodes, half of them dropped": (
        "강의의 아주 넓은 신경망: 노드 4,096개, 절반은 드롭아웃"
    ),
    "The lecture's deep net: four hidden layers of 256 "
    "nodes": "강의의 깊은 신경망: 노드 256개의 은닉층 네 개",
    "The lecture's convolutional net: two 5x5 convolutions of 64 channels": (
        "강의의 합성곱신경망: 64채널 5x5 합성곱 두 개"
    ),
    "Three convolutions with batch norm, pooled early: quick and good": (
        "일찍 풀링하고 배치 정규화를 곁들인 합성곱 세 개: 빠르고 좋음"
    ),
    "Two residual blocks on a halved image: for reading photos": (
        "반으로 줄인 이미지 위의 잔차 블록 두 개: 사진을 읽는 용도"
    ),
    "Convolutions with shortcuts: the most accurate here": "지름길이 있는 합성곱: 여기서 가장 정확함",
    "Designed here: {count} layers": "여기서 설계함: {count}층",
    "As in the lecture: Adam, batch 256, 30 epochs, all 60,000 images, nothing else": (
        "강의 그대로: Adam, 배치 256, 30에폭, 이미지 60,000장 전부"
    ),
    "Past the lecture's best test accuracy in a few seconds": "강의의 최고 테스트 정확도를 몇 초 만에 넘기",
    "As accurate as possible within a quarter of an hour": "15분 안에 최대한 정확하게",
    "Made for photos of real garments: heavy augmentation that imitates them": (
        "실제 옷 사진용: 사진을 흉내 낸 강한 데이터 증강"
    ),
    "Ten kinds of clothing, photographed": "사진으로 찍은 열 가지 옷",
    "Handwritten digits": "손으로 쓴 숫자",
    "Ten handwritten Japanese characters": "손으로 쓴 일본 글자 열 가지",
    "The lecture's two classes: the digits 0 and 1": "강의의 두 클래스: 숫자 0과 1",
    "The lecture's three classes: the digits 0, 1 and 2": "강의의 세 클래스: 숫자 0, 1, 2",
    "Handwritten digits and letters, equally many of each": "손으로 쓴 숫자와 글자, 클래스마다 같은 수",
    "MNIST rebuilt, with the 50,000 test digits that MNIST had lost": (
        "다시 만든 MNIST, MNIST가 잃어버렸던 테스트 숫자 50,000장 포함"
    ),
    "Ten kinds of animals and vehicles, small photos in colour": "작은 컬러 사진 속 동물과 탈것 열 가지",
    "your own zip": "직접 올린 zip",
    "{count} pictures of your own": "직접 올린 사진 {count}장",
    # Layers of a design
    "dense": "완전연결",
    "convolution": "합성곱",
    "pooling": "풀링",
    "batch norm": "배치 정규화",
    "activation": "활성화함수",
    "dropout": "드롭아웃",
    "residual block": "잔차 블록",
    "flatten": "펼치기",
    "Dense": "완전연결",
    "Convolution": "합성곱",
    "Pooling": "풀링",
    "Residual block": "잔차 블록",
    "Every node sees every number": "노드마다 모든 수를 봅니다",
    "Slides small filters over the image": "작은 필터를 이미지 위로 움직입니다",
    "Makes the image smaller: the largest or the mean of each window": (
        "이미지를 줄입니다: 창마다 가장 큰 값이나 평균"
    ),
    "Keeps the numbers of each channel centred while the net "
    "learns": "배우는 동안 채널마다 값을 가운데로 맞춥니다",
    "Bends: without it, all layers together could do no more than one": (
        "구부립니다: 이것이 없으면 여러 층도 한 층과 같습니다"
    ),
    "Sets a share of the numbers to 0 while the net learns": "배우는 동안 수의 일부를 0으로 둡니다",
    "Two 3 × 3 convolutions whose result is added to what came in": (
        "3 × 3 합성곱 두 개의 결과를 들어온 값에 더합니다"
    ),
    "Writes the image as one list of numbers": "이미지를 수의 목록 하나로 폅니다",
    "nodes": "노드 수",
    "channels": "채널 수",
    "kernel": "커널",
    "padding": "패딩",
    "stride": "보폭",
    "method": "방법",
    "size": "크기",
    "function": "함수",
    "share": "비율",
    "same": "같은 크기",
    "none": "없음",
    "max": "최댓값",
    "average": "평균",
    "relu": "렐루 (ReLU)",
    "leaky relu": "리키 렐루 (Leaky ReLU)",
    "gelu": "젤루 (GELU)",
    "tanh": "탄젠트 (tanh)",
    "sigmoid": "시그모이드",
}

SENTENCES: dict[str, str] = {
    # The coach
    "Levelled off: {split} accuracy hardly moves any more. More epochs will change little.": (
        "제자리: {split} 정확도가 거의 움직이지 않습니다. 에폭을 늘려도 별로 달라지지 않습니다."
    ),
    "The loss is not a number since epoch {epoch}: the learning rate is far too high. Try a tenth of it.": (
        "{epoch}에폭부터 손실이 숫자가 아닙니다. 학습률이 너무 큽니다. 10분의 1로 줄여 보세요."
    ),
    "The training loss does not settle: the learning rate is too high. Try a third of it.": (
        "훈련 손실이 가라앉지 않습니다. 학습률이 큽니다. 3분의 1로 줄여 보세요."
    ),
    "Overfitting since epoch {since}: the {split} loss rises while the training loss falls. Fewer epochs, "
    "augmentation or weight decay would help.": (
        "{since}에폭부터 과대적합: 훈련 손실은 줄어드는데 {split} 손실은 커집니다. 에폭을 줄이거나 데이터 "
        "증강, 가중치 감쇠를 써 보세요."
    ),
    "Still learning: {split} accuracy rose by {points} points in {epochs} epochs. More epochs would help.": (
        "아직 배우는 중: {split} 정확도가 {epochs}에폭 동안 {points}%p 올랐습니다. 에폭을 늘리면 좋아집니다."
    ),
    "No validation images: overfitting cannot be seen here. Set some aside to watch it.": (
        "검증 이미지가 없어서 과대적합을 볼 수 없습니다. 조금 떼어 두고 지켜보세요."
    ),
    "Still learning: too few epochs to say more.": "아직 배우는 중: 더 말하기에는 에폭이 너무 적습니다.",
    # Comparing
    "{true} is taken for {predicted} in {count} of {total} images.": (
        "{true} 이미지 {total}장 중 {count}장을 {predicted}(으)로 봅니다."
    ),
    "{better} is better: {points} points (95 % interval {low} to {high}), and chance alone would do this "
    "{often}.": (
        "{better}이(가) 더 낫습니다. 차이는 {points}%p (95 % 구간 {low} ~ {high})이고, 우연만으로 이렇게 될 "
        "가능성은 {often}."
    ),
    "No telling these two apart: there are no test "
    "images.": "둘을 가릴 수 없습니다: 테스트 이미지가 없습니다.",
    "No telling these two apart: they are right on exactly the same images.": (
        "둘을 가릴 수 없습니다: 똑같은 이미지를 맞힙니다."
    ),
    "No telling these two apart: only their seed differs, and {b} minus {a}, {points} points (95 % interval "
    "{low} to {high}), is luck.": (
        "둘을 가릴 수 없습니다: 시드만 다르며, {b} − {a} = {points}%p (95 % 구간 {low} ~ {high})의 차이는 "
        "운입니다."
    ),
    "No telling these two apart: {b} minus {a} is {points} points (95 % interval {low} to {high}), and "
    "chance alone would do this {often}.": (
        "둘을 가릴 수 없습니다: {b} − {a} = {points}%p (95 % 구간 {low} ~ {high})이고, 우연만으로 이렇게 될 "
        "가능성은 {often}."
    ),
    "{count} times in 100": "100번에 {count}번",
    # Devices
    "The CPU was chosen in the settings.": "설정에서 CPU를 골랐습니다.",
    "{device} was chosen in the settings.": "설정에서 {device}을(를) 골랐습니다.",
    "{device} is there.": "{device}이(가) 있습니다.",
    "No NVIDIA GPU was found.": "NVIDIA GPU를 찾지 못했습니다.",
    "There is an NVIDIA driver, but this torch has no CUDA build; install one from pytorch.org.": (
        "NVIDIA 드라이버는 있지만 이 torch는 CUDA용이 아닙니다. pytorch.org에서 CUDA용을 설치하세요."
    ),
    "There is an NVIDIA driver, but it shows no GPU; look at nvidia-smi and CUDA_VISIBLE_DEVICES.": (
        "NVIDIA 드라이버는 있지만 GPU가 보이지 않습니다. nvidia-smi와 CUDA_VISIBLE_DEVICES를 확인하세요."
    ),
    "The NVIDIA driver is too old for this torch (CUDA {version}); update the driver or install an older "
    "torch.": (
        "NVIDIA 드라이버가 이 torch(CUDA {version})에는 너무 오래되었습니다. 드라이버를 새로 설치하거나 더 "
        "오래된 torch를 쓰세요."
    ),
    # Photos
    "Photo": "사진",
    "Garment": "옷",
    "Grey": "흑백",
    "28 x 28": "28 x 28 크기로",
    "Turned and cropped": "돌리고 자름",
    "The upload, turned upright by its own tag.": "올린 사진, 사진 정보대로 바로 세움.",
    "What was found to be the garment; everything else is white.": "옷으로 찾아낸 부분. 나머지는 하얗습니다.",
    "Grey and inverted, with the contrast of training "
    "images.": "흑백으로 뒤집고 훈련 이미지처럼 대비를 맞춤.",
    "No colour and an even background, like a training image: the greys stay as they are.": (
        "색이 없고 배경이 고르므로 훈련 이미지로 보고 밝기를 그대로 둠."
    ),
    "Longer side 28, centred on black: this is what the model sees.": (
        "긴 쪽을 28로, 검은 바탕 가운데에. 모형이 보는 것입니다."
    ),
    "As you set it by hand.": "직접 맞춘 대로.",
    "Ink": "획",
    "What was found to be ink; everything else is white.": "획으로 찾아낸 부분. 나머지는 하얗습니다.",
    "Middle square": "가운데 정사각형",
    "Cut like the pictures that the data set was made from.": "데이터의 사진을 만들 때처럼 잘랐습니다.",
    "What the model sees": "모델이 보는 것",
    "The square, made as small as the data set's images.": "정사각형을 데이터의 이미지만큼 작게 줄였습니다.",
    "As large, as bold and in the same place as in the data set.": (
        "크기와 굵기와 위치를 데이터의 이미지에 맞췄습니다."
    ),
    "The whole picture in grey, bright on dark.": "사진 전체를 흑백으로, 어두운 바탕에 밝게.",
    "It has the size of the data set's images: it goes in as it is.": (
        "데이터의 이미지와 크기가 같아서 그대로 들어갑니다."
    ),
    "It has the size and the look of the data set: it goes in as it is.": (
        "크기와 모습이 데이터의 이미지와 같아서 그대로 들어갑니다."
    ),
    "It has the size and the look of the data set, with bright and dark swapped back.": (
        "크기와 모습이 데이터의 이미지와 같고, 뒤집힌 밝기만 되돌렸습니다."
    ),
    "No ink stands out from its ground: the whole picture is read.": (
        "바탕과 구별되는 획이 없어서 사진 전체를 읽습니다."
    ),
    "No garment stands out from the background: the whole picture is read.": (
        "배경과 구별되는 옷이 없어서 사진 전체를 읽습니다."
    ),
    "An animation of {frames} pictures: only the first one is read.": (
        "{frames}장짜리 움직이는 그림입니다. 첫 장만 읽습니다."
    ),
    "The garment does not lie upright: it was turned by {degrees} degrees.": (
        "옷이 바로 놓여 있지 않아서 {degrees}도 돌렸습니다."
    ),
    "Preparing picture {n} of {k}": "사진 준비 중: {k}장 중 {n}번째",
    # Progress of downloads and zips
    "Preparing the download of {name}": "{name} 내려받기 준비 중",
    "Downloading {name}: {text}": "{name} 내려받는 중: {text}",
    "{name} is already being downloaded; waiting for it": "{name}을(를) 이미 내려받고 있습니다. 기다리는 중",
    "Reading picture {done} of {total}": "사진 {total}장 중 {done}번째 읽는 중",
    "{shown} is the same picture as another one.": "{shown}은(는) 다른 사진과 똑같습니다.",
    "{shown} is not a picture by its ending.": "{shown}은(는) 확장자를 보면 사진이 아닙니다.",
    "Its process ended before the training did; it can go on.": (
        "학습이 끝나기 전에 프로그램이 꺼졌습니다. 이어서 학습할 수 있습니다."
    ),
}

COMPUTED: dict[str, str] = {**CHARTS, **DESCRIPTIONS, **SENTENCES, **ERRORS}
