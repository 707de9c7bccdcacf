"""The names of the classes of the data sets that come with the product, and of augmentations."""

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

AUGMENTATIONS: dict[str, str] = {
    "erase": "지우기 (erase)",
    "flip": "뒤집기 (flip)",
    "photo": "사진처럼 (photo)",
    "shift": "이동 (shift)",
}
"""In lists to choose from, beside what the command line calls them; a recipe is called photo, too."""
