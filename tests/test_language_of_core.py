"""What the core says has its Korean: each template, each literal sentence, each word that is filled in."""

import ast
import functools
import re

from test_language import CORE_FILES, ERRORS, HANGUL, PAGES, PLACEHOLDER, ROOT

from fmnist_core.base import recipes
from fmnist_core.data import datasets
from fmnist_core.nets import architectures, designs
from pages.ui.words import language
from pages.ui.words.korean import CORE

SPLITS = ("Training", "Validation", "Test")
ONLY_THE_COMMAND_LINE = ("__main__.py", "arguments.py", "photo_model.py", "photo_score.py")
CODE = ("script.py", "code_blocks.py")
"""They hold programs; what these say of themselves is English, as their names are."""


def test_descriptions_of_the_core_have_their_korean():
    descriptions = [
        *(architecture.description for architecture in architectures.ARCHITECTURES.values()),
        *(recipe.description for recipe in recipes.RECIPES.values()),
        *(info.description for info in datasets.DATASETS.values()),
        *(kind.description for kind in designs.KINDS.values()),
        *designs.KINDS,
        *(name for kind in designs.KINDS.values() for name in kind.settings),
        *(choice for kind in designs.KINDS.values() for s in kind.settings.values() for choice in s.choices),
        *datasets.CLASS_NAMES,
    ]
    missing = [text for text in descriptions if not HANGUL.search(language._translated(text))]
    assert missing == [], "add them in pages/ui/words/korean/core"


def written(value: ast.expr) -> list[str]:
    """The literal that an expression is, or those between which it chooses."""
    if isinstance(value, ast.IfExp):
        return written(value.body) + written(value.orelse)
    return [value.value] if isinstance(value, ast.Constant) and isinstance(value.value, str) else []


TITLES = {"new_figure": 3, "empty_figure": 2}
"""What draws a chart, and how many of its first arguments are read: titles, and why it is empty."""


@functools.cache
def core_templates() -> dict[str, str]:
    """Each template and literal sentence of the core, and where: of messages, errors, settings and charts."""
    found = {}
    for path in CORE_FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: written(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else ""
            where = f"{path.relative_to(ROOT)}:{node.lineno}"
            if name == "setting":
                found |= {argument.value: where for argument in node.args[1:3]}
            elif (name == "Message" or name in ERRORS) and node.args:
                assert not isinstance(node.args[0], ast.JoinedStr | ast.BinOp), (
                    f"{where}: a template is a literal"
                )
                found |= dict.fromkeys(written(node.args[0]), where)
            elif name in TITLES:
                for title in node.args[: TITLES[name]]:
                    found |= dict.fromkeys(
                        written(title) + constants.get(getattr(title, "id", ""), []), where
                    )
            elif name == "require":
                found |= dict.fromkeys(written(node.args[1]), where)
            elif name == "unknown_name_message" and isinstance(node.args[0], ast.Constant):
                found[node.args[0].value] = where
    return found


def has_words(template: str) -> bool:
    return bool(re.search("[A-Za-z]{2}", PLACEHOLDER.sub("", re.sub(r"<[^>]+>|%\{\{.*?\}\}", "", template))))


def test_every_template_of_the_core_has_its_korean():
    templates = core_templates()
    assert len(templates) > 250
    missing = {text: where for text, where in templates.items() if has_words(text) and text not in CORE}
    assert not missing


def test_words_that_a_sentence_of_the_core_is_filled_with_have_their_korean():
    """Literals among the values of messages and errors, or in a name that was given one before."""
    missing = set()
    for path in CORE_FILES:
        functions = [
            node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)
        ]
        for nodes in map(list, map(ast.walk, functions)):
            named: dict[str, list[str]] = {}
            for node in nodes:
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    named.setdefault(node.targets[0].id, []).extend(written(node.value))
            for call in nodes:
                if not isinstance(call, ast.Call) or getattr(call.func, "id", "") not in {"Message"} | ERRORS:
                    continue
                for value in (keyword.value for keyword in call.keywords):
                    words = written(value) + named.get(getattr(value, "id", ""), [])
                    missing |= {
                        (path.name, word)
                        for word in words
                        if has_words(word)
                        and not HANGUL.search(language.CLASSES.get(word) or CORE.get(word, ""))
                    }
    assert not missing


def literals() -> set[str]:
    """Every string that is written in the core or the pages."""
    return {
        node.value
        for path in [*CORE_FILES, *PAGES]
        if "korean" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_sentences_that_need_no_values_have_their_korean():
    """A literal that reads like a sentence for people, anywhere in the core but its docstrings."""
    missing = set()
    for path in CORE_FILES:
        if path.parts[-2] in ("bench", "learning") or path.name in (*ONLY_THE_COMMAND_LINE, *CODE):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(tree):
            if (
                not isinstance(node, ast.Constant)
                or not isinstance(node.value, str)
                or id(node) in docstrings
            ):
                continue
            if re.fullmatch(r"[A-Z][^<>{}=]* [^<>{}=]*[a-z][.!?]", node.value) and node.value not in CORE:
                missing.add(f"{path.name}:{node.lineno}: {node.value}")
    assert not missing


def test_nothing_in_the_catalogue_of_the_core_is_unused():
    written = literals()
    lower = {text.lower() for text in written}
    unused = [text for text in CORE if text not in written and text.lower() not in lower]
    assert set(unused) <= {f"{split} {metric}" for split in SPLITS for metric in ("accuracy", "loss")} | {
        "seconds of training"
    }
