"""Two languages: every text of the pages has its Korean, and nothing in the catalogue is left over."""

import ast
import functools
import json
import re
from pathlib import Path

import pytest
from zips import two_classes, zipped

from fmnist_core.base import errors
from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import ConfigError, DataError, PhotoError
from fmnist_core.base.messages import Message, from_json, percent
from fmnist_core.data import custom, custom_import, datasets
from fmnist_core.lecture import comparison, findings
from pages.ui.words import korean, language
from pages.ui.words.korean import CORE, KOREAN
from pages.ui.words.particles import FORMS, attach

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py"))]
CORE_FILES = sorted((ROOT / "fmnist_core").rglob("*.py"))
PLACEHOLDER = re.compile(r"\{(\w+)(?:![rs])?(?::[^{}]*)?\}")
HANGUL = re.compile("[가-힣]")
ERRORS = {name for name in vars(errors) if name.endswith("Error")} | {"_FetchError", "_bomb", "bad_file"}

# Streamlit's functions that show their first argument as text.
SHOWING = {
    *("title", "header", "subheader", "markdown", "caption", "info", "warning", "error", "success", "toast"),
    *("button", "checkbox", "toggle", "radio", "selectbox", "multiselect", "pills", "segmented_control"),
    *("slider", "select_slider", "number_input", "text_input", "text_area", "file_uploader", "camera_input"),
    *("metric", "expander", "download_button", "link_button", "form_submit_button", "spinner", "write"),
}
SHOWING_KEYWORDS = {"help", "placeholder", "caption", "label"}


@functools.cache
def texts() -> dict[str, str]:
    """Each literal given to `tr`, and where."""
    found = {}
    for path in PAGES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr":
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                literal = isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
                assert literal, f"{where}: tr() needs a literal text"
                found[node.args[0].value] = where
    return found


def test_every_text_of_the_pages_is_in_the_catalogue():
    missing = {text: where for text, where in texts().items() if text not in KOREAN}
    assert not missing


def test_nothing_in_the_catalogue_is_unused():
    assert not set(KOREAN) - set(texts())


def test_no_text_is_in_two_modules_of_the_catalogue():
    pages = [korean.work.WORK, korean.images.IMAGES, korean.data.DATA, korean.learn.LEARN]
    modules = [
        *pages,
        korean.lecture.LECTURE,
        korean.rates.RATES,
        korean.studies.STUDIES,
        korean.together.TOGETHER,
        korean.along.ALONG,
    ]
    assert sum(map(len, modules)) == len(KOREAN)


@pytest.mark.parametrize("catalogue", [KOREAN, CORE], ids=["pages", "core"])
def test_translations_have_the_placeholders_of_the_text(catalogue):
    for text, translation in catalogue.items():
        names = sorted(PLACEHOLDER.findall(text))
        assert sorted(PLACEHOLDER.findall(translation)) == names, text


def test_translations_are_korean_unless_they_are_names():
    names = {text for text, translation in KOREAN.items() if not HANGUL.search(translation)}
    assert names <= {"BCEWithLogitsLoss", "Binary cross entropy", "Cross entropy"}


def test_placeholders_are_filled_in_by_their_callers():
    for path in PAGES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "tr":
                if any(keyword.arg is None for keyword in node.keywords):
                    continue  # **values
                given = {keyword.arg for keyword in node.keywords}
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                assert set(PLACEHOLDER.findall(node.args[0].value)) == given, where


def test_pages_show_no_text_that_went_past_the_catalogue():
    """A literal with a word in it, shown as it stands, would stay English."""
    past = []
    for path in PAGES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            shown = [k.value for k in node.keywords if k.arg in SHOWING_KEYWORDS]
            if node.func.attr in SHOWING:
                shown += node.args[:1]
            for argument in shown:
                if _has_words(argument):
                    past.append(f"{path.relative_to(ROOT)}:{node.lineno}: {ast.unparse(argument)}")
    assert not past


def _has_words(argument: ast.expr) -> bool:
    parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
    literal = " ".join(
        part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )
    literal = re.sub(r":material/ ?\w*:?|<style>.*</style>|<[^>]+>", "", literal, flags=re.DOTALL)
    return bool(re.search(r"[A-Za-z]{2}", literal)) and not HANGUL.search(literal)


def test_korean_particles_follow_the_word_before_them():
    assert attach("옷이(가) 사과이(가)") == "옷이 사과가"
    assert attach("3을(를) 2을(를) 89.1 %을(를)") == "3을 2를 89.1 %를"
    assert attach("집(으)로 서울(으)로 가방(으)로 1(으)로 2(으)로") == "집으로 서울로 가방으로 1로 2로"
    assert attach("**코트**와(과) 'cnn'은(는) (1, 28, 28)과(와)") == "**코트**와 'cnn'은 (1, 28, 28)과"
    assert attach("class-big을(를) resnet과(와) training은(는)") == "class-big을 resnet과 training은"
    assert attach("mnist을(를) fast이(가) photo(으)로 few을(를)") == "mnist를 fast가 photo로 few를"
    assert attach("셔츠(이)라고 가방(이)라고") == "셔츠라고 가방이라고"
    for form, chosen in FORMS.items():
        assert attach(form) == chosen[1]


def test_no_korean_sentence_decides_on_a_particle_before_its_word_is_known():
    """미나(이)라는, not 미나이라는: the forms after a final consonant, which no percentage ends in."""
    closed = re.compile(r"\}[*`'\"]*(?:이라|이 |을 |은 |과 |으로 )")
    said = (CORE | KOREAN).values()
    assert not [text for text in said if closed.search(text)]


def test_sentences_of_the_core_speak_korean_with_all_they_hold(monkeypatch):
    monkeypatch.setattr(language, "current_language", lambda: "ko")
    for sentence in findings(comparison({}), "published"):
        assert HANGUL.search(language.translate(sentence)), sentence
    with pytest.raises(ConfigError) as raised:
        TrainConfig(epochs=0)
    assert language.translate(raised.value.message) == "에폭: 1 이상이어야 하는데 0입니다"
    nested = PhotoError(
        "{path}: {reason}",
        path="a.png",
        reason=DataError("The data set {name} is gone. Import it again.", name="옷"),
    )
    assert language.translate(nested.message) == "a.png: 데이터 옷이 없어졌습니다. 다시 가져오세요."
    assert language.translate("something nobody wrote") == "something nobody wrote"


@pytest.mark.parametrize("spoken", ["en", "ko"])
def test_no_line_of_a_page_ends_between_a_number_and_its_percent_sign(monkeypatch, spoken):
    monkeypatch.setattr(language, "current_language", lambda: spoken)
    plain = percent(0.894)
    said = (
        language.percent(0.894),
        language.tr("**{accuracy}** of test images right", accuracy=plain),
        language.translate(Message("{metric} by epoch", metric=plain)),
    )
    assert plain == "89.4 %"  # what terminals and files get
    assert all("89.4\u00a0%" in text for text in said)


def test_a_stored_message_speaks_both_languages(store, monkeypatch):
    run_id = store.create(TrainConfig())
    store.refuse(
        run_id, Message("device {name!r} is not there. {there} Choose auto or cpu.", name="mps", there="…")
    )
    message = store.get(run_id).message
    assert message == "device 'mps' is not there. … Choose auto or cpu."
    assert store.table()["message"].tolist() == [message]
    monkeypatch.setattr(language, "current_language", lambda: "ko")
    assert language.translate(message) == "장치 'mps'가 없습니다. … auto나 cpu를 고르세요."


def test_a_message_that_another_version_stored_stays_as_it_is():
    for text in ("Its process ended.", '{"template"', '{"template": 3}', '{"template": "{x}", "values": {}}'):
        assert from_json(text) == text


def test_what_an_own_data_set_is_can_be_said_in_another_language_also_of_one_that_was_kept_as_text(tmp_path):
    custom_import.import_zip(zipped(two_classes()), "mine")
    path = tmp_path / "data" / "own" / "mine" / custom.INFO
    kept = json.loads(path.read_text("utf-8"))
    for content in (kept, kept | {"description": "20 pictures of your own"}):
        path.write_text(json.dumps(content), "utf-8")
        description = datasets.find("mine").description
        assert description == "20 pictures of your own"
        assert language._translated(description) == "직접 올린 사진 20장"
