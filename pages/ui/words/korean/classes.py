"""The names of the classes of the data sets that come with the product."""

CLASSES: dict[str, str] = {
    "T-shirt/top": "티셔츠/상의",
    "Trouser": "바지",
    "Pullover": "풀오버",
    "Dress": "원피스",
    "Coat": "코트",
    "Sandal": "샌들",
    "Shirt": "셔츠",
    "Sneaker": "운동화",
    "Bag": "가방",
    "Ankle boot": "앵클부츠",
    "airplane": "비행기",
    "automobile": "자동차",
    "bird": "새",
    "cat": "고양이",
    "deer": "사슴",
    "dog": "강아지",
    "frog": "개구리",
    "horse": "말",
    "ship": "배",
    "truck": "트럭",
}
