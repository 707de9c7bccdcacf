"""The names of classes in zips from Windows, macOS and Linux, in whatever language the folders are."""

import pytest
from zips import picture, two_classes, zipped, zipped_in

from fmnist_core.data import custom_import, zip_names

WORDS = {
    "cp949": ("바지", "치마", "T셔츠", "가방", "관", "도지", "헬멧", "꽹과리", "쑥갓", "깍두기"),
    "cp932": ("帽子", "ズボン", "Tシャツ", "鞄"),
    "cp936": ("裤子", "裙子", "外套", "香蕉", "衬衫", "皮带", "短裤", "苹果", "飞机", "国家", "代表", "领导"),
    "cp866": ("Шапки", "Брюки", "ПЛАТЬЕ", "сумка"),
    "cp1251": ("Шапки", "Брюки", "ПЛАТЬЕ", "Юбка", "как", "уже", "его"),
    "cp850": ("Hüte", "niños", "vêtements", "Äpfel", "HÜTE", "Straße", "chão"),
    "cp437": ("Hüte", "niños", "vêtements", "Röcke"),
    "cp1252": ("Hüte", "niños", "vêtements", "Röcke", "Mäntel", "mädchen", "más", "café"),
    "utf-8": ("Hüte", "바지", "帽子", "Шапки"),
}


@pytest.mark.parametrize(("code_page", "word"), [(page, word) for page in WORDS for word in WORDS[page]])
def test_one_folders_name_is_enough(code_page, word):
    raw = [f"{word}/{number}.jpg".encode(code_page) for number in range(3)]
    assert raw[0].decode(zip_names.guess(raw)) == f"{word}/0.jpg"


def test_a_name_that_fits_another_code_page_is_read_as_the_others_are():
    raw = [word.encode("cp1252") for word in ("âge", "forêt", "été")]
    assert zip_names.guess(raw[:1]) == "cp850"  # where it is "Ôge"
    assert zip_names.guess(raw) == "cp1252"


@pytest.mark.parametrize("code_page", WORDS)
def test_a_zip_that_does_not_name_its_code_page_keeps_its_classes_and_says_how_it_was_read(code_page):
    words = WORDS[code_page][:2]
    files = {
        f"{word}/{index}.png": picture(index + 50 * k) for k, word in enumerate(words) for index in range(5)
    }
    done = custom_import.import_zip(zipped_in(code_page, files), "mine")
    assert done.info.class_names == tuple(sorted(words))
    said = [remark for remark in done.remarks if "does not say how its names are written" in remark]
    assert len(said) == (code_page != "utf-8")


def test_a_zip_that_says_it_is_believed():
    files = {path.replace("night", "H걎e"): data for path, data in two_classes().items()}
    done = custom_import.import_zip(zipped(files), "mine")
    assert done.info.class_names == ("H걎e", "day") and done.remarks == ()


def test_bytes_that_make_no_sense_anywhere_are_still_a_name():
    assert zip_names.guess([bytes(range(0x80, 0x100))]) in (*zip_names.CODE_PAGES, "cp437")
