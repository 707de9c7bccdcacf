"""The pages Data and Guess along."""

DATA: dict[str, str] = {
    "the images without it": "증강하지 않은 이미지",
    # Guess along
    "The keys 1 to 9 and 0 stand for the first ten names.": "숫자 키 1~9와 0은 처음 열 개의 이름에 해당합니다.",
    "**Are you better than a net?** Name {count} test images. After each one you see what the nets said.": (
        "**신경망을 이길 수 있나요?** 테스트 이미지 {count}장이 무엇인지 맞혀 보세요. 한 장마다 신경망들의 답을 보여 드립니다."
    ),
    "Choose whom to play against, at the left.": "왼쪽에서 겨룰 상대를 고르세요.",
    "What is it?": "무엇일까요?",
    "Right: **{name}**": "맞음: **{name}**",
    "You said {said}; the label says **{name}**": "내 답은 {said}, 레이블은 **{name}**",
    "Next image": "다음 이미지",
    "See the result": "결과 보기",
    "Right so far, of {count}:": "지금까지 {count}장 중 맞힌 것:",
    "95 % interval {low} to {high}": "95 % 신뢰구간 {low}~{high}",
    "no telling it from you": "나와 우열을 가릴 수 없음",
    "better than you": "나보다 나음",
    "worse than you": "나보다 못함",
    "Other opponents": "상대 바꾸기",
    "Play against": "겨룰 상대",
    "Begin": "시작",
    "You": "나",
    "One image says little: the intervals are wide.": "한 장으로는 알 수 있는 것이 적습니다. 신뢰구간이 넓습니다.",
    "{count} images say little: the intervals are wide.": (
        "{count}장으로는 알 수 있는 것이 적습니다. 신뢰구간이 넓습니다."
    ),
    "Play again": "다시 하기",
    "You: {sign} {guess}": "나: {sign} {guess}",
    "Image {number} of {count}": "이미지 {count}장 중 {number}번째",
    "The image to name, {number} of {count}": "맞힐 이미지, {count}장 중 {number}번째",
    "There is no model to play against yet. Train one first.": (
        "아직 겨룰 모델이 없습니다. 먼저 하나 학습하세요."
    ),
    # Data
    "Other images": "다른 이미지",
    "What a training may do to its images, new in each epoch. shift: by up to two pixels; flip: left to "
    "right; erase: an empty square; photo: as if photographed with a phone.": (
        "학습하면서 이미지에 에폭마다 새로 주는 변화입니다. shift: 최대 두 픽셀 이동, flip: 좌우 뒤집기, "
        "erase: 사각형으로 지우기, photo: 휴대전화로 찍은 것처럼 바꾸기."
    ),
    "{training:,} training and {test:,} test images · {classes} classes · {size} pixels": (
        "훈련 이미지 {training:,}장, 테스트 이미지 {test:,}장 · 클래스 {classes}개 · {size} 픽셀"
    ),
    "Test image {index}: {name}": "테스트 이미지 {index}: {name}",
    "Augmented: {image}": "증강함: {image}",
    "This split has no image of this class.": "여기에는 이 클래스의 이미지가 없습니다.",
    "Images to enlarge": "크게 볼 이미지",
    "{shown} of {count:,} image(s).": "이미지 {count:,}장 중 {shown}장.",
    "Framed: what a net is shown instead of the image at its left.": (
        "테두리를 두른 것은 신경망이 왼쪽 이미지 대신 보는 이미지입니다."
    ),
    "**The mean of each class**, of all its training images. Click one to see that class alone.": (
        "**클래스별 평균**: 그 클래스의 훈련 이미지 전체의 평균입니다. 누르면 그 클래스만 보입니다."
    ),
    "{shape} = {count:,} numbers from {low} to {high}, mean {mean:.0f}": (
        "{shape} = 수 {count:,}개, {low}부터 {high}까지, 평균 {mean:.0f}"
    ),
    "Number, 0 to {last:,}": "번호, 0~{last:,}",
    "As four epochs show it to a net": "네 에폭에서 신경망이 보는 모습",
    "Training": "훈련",
    "Augmentation": "데이터 증강",
    "The files of {name} are not on this machine yet.": "이 컴퓨터에 아직 {name}의 파일이 없습니다.",
    "Download {name} ({megabytes} MB)": "{name} 내려받기 ({megabytes} MB)",
    "No network? Put {files} into {folder}.": "인터넷이 안 되나요? {folder}에 이 파일들을 넣으세요: {files}",
    "Training image {index}: {name}": "훈련 이미지 {index}: {name}",
    "Bring your own pictures": "내 사진 가져오기",
    "A zip with one folder per class, each with at least {count} pictures, better many more. The folder's name is the class. Every picture is cut to its middle square and made small; one in five is kept for the test. Everybody who uses this server can see the small pictures.": "클래스마다 폴더 하나가 든 zip 파일입니다. 폴더마다 사진이 적어도 {count}장, 되도록 훨씬 많이 있어야 합니다. 폴더 이름이 클래스가 됩니다. 사진은 가운데를 정사각형으로 잘라 작게 줄이고, 다섯 장 중 한 장은 테스트용으로 둡니다. 이 서버를 쓰는 사람은 누구나 줄인 사진을 볼 수 있습니다.",
    "Zip file": "Zip 파일",
    "Name of the data set": "데이터 이름",
    "Pictures become": "사진을 바꿀 크기",
    "Check and import": "검사하고 가져오기",
    "Imported. Choose {name} on the Train page to train on it.": (
        "가져왔습니다. 학습 페이지에서 {name}을(를) 고르면 학습할 수 있습니다."
    ),
    "Source: {source}": "출처: {source}",
    "On the scale from 0 to 1 the mean is {mean:.4f} and the standard deviation {deviation:.4f}; {black} of "
    "all pixels are black.": (
        "0에서 1까지로 보면 평균은 {mean:.4f}, 표준편차는 {deviation:.4f}이고 전체 픽셀의 {black}가 "
        "검은색입니다."
    ),
    "Test images": "테스트 이미지",
    "Delete this data set": "이 데이터 삭제",
    "Runs trained on it keep their curves and accuracies. What is made of the pictures, the confusion matrix "
    "as well, can no longer be shown.": (
        "이 데이터로 한 실험의 곡선과 정확도는 남지만, 혼동행렬처럼 사진으로 만드는 것은 더 이상 볼 수 없습니다."
    ),
    "Delete for good": "영구 삭제",
    "Classes": "클래스 수",
    "Train on it": "이 데이터로 학습",
    "As numbers": "숫자로",
    "{count} file(s) left out": "파일 {count}개를 뺐습니다",
    "{size}, colour": "{size}, 컬러",
    "Mean image of {name}": "{name}의 평균 이미지",
    "32 × 32, colour": "32 × 32, 컬러",
    "28 × 28, grey": "28 × 28, 흑백",
    "test": "테스트",
    "training": "훈련",
    "Rename a class": "클래스 이름 바꾸기",
    "Its new name": "새 이름",
    "Rename": "바꾸기",
}
