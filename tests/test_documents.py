"""README and documents: one page, links that lead somewhere, tests and commands that there are."""

import re
from pathlib import Path

import pytest

from fmnist_core.base.arguments import build_parser

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
DOCUMENTS = [README, *sorted((ROOT / ".docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]*)(#[^)]*)?\)")
IMAGE = re.compile(r"!\[([^\]]+)\]\(([^)]+)\)")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_the_readme_is_one_page_with_five_pictures():
    content = text(README)
    assert len(content.splitlines()) <= 130 and len(content.encode()) <= 8192
    pictures = [ROOT / path for _, path in IMAGE.findall(content)]
    assert len(pictures) == 5 and sum(path.stat().st_size for path in pictures) <= 10**6


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    for target, anchor in LINK.findall(text(path)):
        if target.startswith(("http", "/")):  # elsewhere, or a page of the product
            continue
        found = (path.parent / target).resolve() if target else path
        assert found.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", text(found), re.MULTILINE)
            assert anchor[1:] in {re.sub(r"[^\w-]", "", name.lower().replace(" ", "-")) for name in headings}


def test_each_document_is_found_from_the_readme():
    reached, waiting = set(), [README]
    while waiting:
        path = waiting.pop()
        reached.add(path)
        targets = {
            (path.parent / target).resolve()
            for target, _ in LINK.findall(text(path))
            if target.endswith(".md")
        }
        waiting += [target for target in targets if target not in reached]
    assert reached == set(DOCUMENTS)


def test_tests_that_documents_name_are_there():
    sources = "\n".join(text(path) for path in (ROOT / "tests").rglob("*.py"))
    for path in DOCUMENTS:
        for name in re.findall(r"`(test_\w+)`", text(path)):
            assert f"def {name}(" in sources, (path.name, name)
        for name in re.findall(r"`((?:tests|fmnist_core|pages|\.docs)/[\w/-]+\.(?:py|md|json))`", text(path)):
            assert (ROOT / name).exists(), (path.name, name)


def commands() -> list[str]:
    """Every call of the command line in a document."""
    found = []
    for path in DOCUMENTS:
        found += re.findall(r"python -m fmnist_core ([^`\n|]+)", text(path))
    return sorted({" ".join(command.split()) for command in found})


@pytest.mark.parametrize("command", commands())
def test_commands_of_the_documents_are_understood(command):
    words = command.rstrip(".,;)").split()
    parser = build_parser(str)
    parser.parse_args(words)
