"""All pages in Korean: no particle left open, and no English beyond names."""

import re

import pytest
from finished_runs import finished_run
from helpers import open_page, write_small_set
from streamlit.testing.v1 import AppTest

from fmnist_core.base.config import AUGMENTATIONS, OPTIMIZERS, PRECISIONS, SCHEDULES, TrainConfig
from fmnist_core.base.recipes import RECIPES, run_name
from fmnist_core.data.datasets import DATASETS
from fmnist_core.nets.architectures import ARCHITECTURES
from fmnist_core.runs import RunStore
from pages.ui.words.particles import OPEN

PAGES = (
    "train",
    "compare",
    "predictions",
    "photo",
    "data",
    "learn",
    "ladder",
    "inside",
    "design",
    "guess",
    "studies",
)
LATIN = re.compile(r"[A-Za-z][A-Za-z'-]+")
NOT_READ = re.compile(
    r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|:material/\w+:|<style>.*?</style>|<[^>]+>|https?://\S+|data:image\S+"
    r"|\b[\w-]+\.(?:py|zip|png|jpe?g|pt)\b|\b[a-f][0-9a-f]{7}\b|(?<![A-Za-z])[A-Z]+_[A-Z_]+",
    re.DOTALL,
)
"""Code, formulas, icons, HTML's tags, addresses, file names, ids of runs, variables of the environment."""

CHOICES = (*DATASETS, *ARCHITECTURES, *RECIPES, *AUGMENTATIONS, *OPTIMIZERS, *PRECISIONS, *SCHEDULES)
NAMES = {
    *(word.lower() for name in CHOICES for word in LATIN.findall(name)),
    *("custom", "auto", "none", "cpu", "gpu", "cuda", "mps", "nvidia", "mb", "gb", "leaky"),
    *("csv", "json", "html", "parquet", "onnx", "pytorch", "torchscript", "torch", "tensorboard"),
    *("zip", "png", "jpeg", "heic", "webp"),
    *("relu", "gelu", "tanh", "pca", "t-sne", "bceloss", "bcewithlogitsloss", "crossentropyloss"),
    *("language", "english", "logit", "cc", "esc", "exp", "netout", "eval", "torchvision"),
    *("xiao", "rasul", "vollgraf", "amd", "epyc", "cu"),
}
"""Names, units and terms that a Korean lecture leaves in Latin letters, and the choice of language."""

CHOSEN = ("text_input", "selectbox", "button_group", "segmented_control", "pills", "radio")
"""Their values are what the program calls a choice; what a person reads are their options."""

SILENT = ("dataframe", "table", "code", "latex", "unknown")


def texts(app: AppTest) -> list[str]:
    """What the page says: texts, labels, options and helps of all elements."""
    found = []
    for element in [*app.main, *app.sidebar]:
        found += _texts(element)
    return found


def _texts(node) -> list[str]:
    found = []
    names = ("label", "help", "placeholder", "body", *(() if node.type in CHOSEN else ("value",)))
    for name in () if node.type in SILENT else names:
        if isinstance(getattr(node, name, None), str):
            found.append(getattr(node, name))
    options = getattr(node, "options", None)
    if isinstance(options, list):
        found += [option for option in options if isinstance(option, str)]
    for child in getattr(node, "children", {}).values():
        found += _texts(child)
    return found


@pytest.fixture
def store_with_runs():
    write_small_set()
    store = RunStore()
    for seed in (1, 2):
        finished_run(store, name="가", seed=seed)
    return store


@pytest.mark.parametrize("filled", [False, True], ids=["empty", "with runs"])
@pytest.mark.parametrize("page", [*PAGES, "classroom"])
def test_a_page_speaks_korean(page, filled, request):
    if filled:
        request.getfixturevalue("store_with_runs")
    app = open_page(page, lang="ko")
    assert not app.exception
    said = texts(app)
    assert any(re.search("[가-힣]", text) for text in said)
    assert not [text for text in said if OPEN.search(text)]
    text = "\n".join(said)
    for run in RunStore().runs():  # a way to train is called by its settings, as the command line calls it
        text = text.replace(run_name(run.asked_config.replace(seed=TrainConfig().seed)), " ")
    english = {word for word in LATIN.findall(NOT_READ.sub(" ", text)) if word.lower() not in NAMES}
    assert not english


def test_augmentations_are_named_in_korean_beside_what_the_command_line_calls_them():
    pills = open_page("data", lang="ko").get("button_group")
    options = [option.content for group in pills for option in group.proto.options]
    named = {"이동 (shift)", "뒤집기 (flip)", "지우기 (erase)", "사진처럼 (photo)"}
    assert named <= set(options)
    assert any(set(box.options) == named for box in open_page("train", lang="ko").multiselect)
