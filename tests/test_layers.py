"""The layers of the design: arrows point down only."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = sorted((ROOT / "fmnist_core").rglob("*.py"))
PAGES = sorted([*(ROOT / "pages").rglob("*.py"), ROOT / "app.py"])
PURE = ("training", "nets", "data", "statistics", "charts")


def imported(path: Path) -> set[str]:
    """The full dotted names of what a module imports, relative ones resolved."""
    names = set()
    package = list(path.relative_to(ROOT).with_suffix("").parts[:-1])
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return names


def uses(names: set[str], package: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for name in names)


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_core_never_imports_streamlit_or_a_page(path):
    assert not uses(imported(path), "streamlit")
    assert not uses(imported(path), "pages")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_never_imports_torch(path):
    assert not uses(imported(path), "torch")
    assert not uses(imported(path), "torchvision")


@pytest.mark.parametrize("path", CORE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_engine_knows_no_thread_pool_no_queue_and_no_database(path):
    if not set(path.relative_to(ROOT / "fmnist_core").parts[:2]) & set(PURE):
        return
    for name in ("sqlite3", "fmnist_core.runs", "fmnist_core.jobs", "concurrent"):
        assert not uses(imported(path), name), name


def test_listing_runs_does_not_import_torch(tmp_path):
    code = "import sys, fmnist_core.__main__ as m; m.main(['runs']); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_only_the_agreed_files_lie_at_the_top():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    top = {name.split("/")[0] for name in tracked.stdout.splitlines()}
    visible = {name for name in top if not name.startswith(".")}
    assert visible == {"app.py", "pages", "fmnist_core", "tests", "requirements.txt", "README.md"}
