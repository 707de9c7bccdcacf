"""What is taken along and kept: charts as pictures, the colours of runs, files for other programs."""

ALONG: dict[str, str] = {
    # A chart as a picture
    "Download this chart as PNG": "이 그래프를 PNG로 내려받기",
    "Download this chart as SVG": "이 그래프를 SVG로 내려받기",
    "The picture could not be made. Reload the page and try again.": (
        "그림을 만들지 못했습니다. 페이지를 새로 고친 뒤 다시 하세요."
    ),
    # The figures of runs
    "Figures": "수치",
    "Every epoch of the runs that are drawn": "그려진 실험들의 모든 에폭",
    "Settings, results and every epoch of the runs that are drawn; accuracies from 0 to 1.": (
        "그려진 실험들의 설정, 결과, 모든 에폭입니다. 정확도는 0에서 1 사이의 값입니다."
    ),
    "For {format}, run this where the server runs: {command}": (
        "{format} 형식을 쓰려면 서버가 도는 곳에서 다음을 실행하세요: {command}"
    ),
    # The colour of a run
    "Colour": "색",
    "Chosen colour": "고른 색",
    "Of its curve, its points and its dot, everywhere.": "모든 화면에서 곡선, 점, 동그라미에 쓰는 색입니다.",
    "Hard to see on a light page.": "밝은 화면에서는 잘 보이지 않습니다.",
    "Hard to see on a dark page.": "어두운 화면에서는 잘 보이지 않습니다.",
    "automatic": "자동",
    "another …": "다른 색 …",
    "blue": "파랑",
    "brown": "갈색",
    "green": "초록",
    "pink": "분홍",
    "sky blue": "하늘색",
    "vermilion": "주홍",
    "plum": "자두색",
    "dark green": "진초록",
    "olive": "올리브색",
    "purple": "보라",
    "steel blue": "회청색",
    "old rose": "장미색",
}
