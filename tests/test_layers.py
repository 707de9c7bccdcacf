"""The layers of the design: arrows point down only, without circles, through the faces of the rooms."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CORE = sorted((ROOT / "fmnist_core").rglob("*.py"))
PAGES = sorted([*(ROOT / "pages").rglob("*.py"), ROOT / "app.py"])
ROOMS = ("base", "data", "nets", "training", "runs", "results", "photos", "jobs", "lecture", "bench")
"""From the ground up: a room may use those before it."""

PURE = ("data", "nets", "training")


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in [*CORE, *PAGES]}


@cache
def imports(path: Path) -> frozenset[tuple[str, str]]:
    """(module, name) of everything that a module imports, late imports included; name "" for a module."""
    found = set()
    me = module_name(path)
    package = me if path.name == "__init__.py" else me.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            for alias in node.names:
                whole = f"{base}.{alias.name}"
                found.add((whole, "") if whole in MODULES else (base, alias.name))
    return frozenset(found)


def room(module: str) -> str:
    """The room of the core in which a module lies; "" for the pages, the command line and the package."""
    parts = module.split(".")
    return parts[1] if parts[0] == "fmnist_core" and len(parts) > 1 and parts[1] in ROOMS else ""


@cache
def named_by_the_face(package: str) -> frozenset[str]:
    """`__all__` of a package's `__init__.py`."""
    for node in ast.parse(MODULES[package].read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return frozenset(ast.literal_eval(node.value))
    return frozenset()


def uses(path: Path, package: str) -> bool:
    return any(module == package or module.startswith(f"{package}.") for module, _ in imports(path))


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CORE, ids=named)
def test_the_core_never_imports_or_starts_streamlit_a_page_or_a_test(path):
    for package in ("streamlit", "pages", "tests"):
        assert not uses(path, package)
    strings = [
        node.value
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert not [
        text for text in strings if text in ("tests", "pages") or text.startswith(("pages.", "tests."))
    ]


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_page_never_imports_torch(path):
    assert not uses(path, "torch")
    assert not uses(path, "torchvision")


@pytest.mark.parametrize("path", CORE, ids=named)
def test_arrows_point_down(path):
    mine = room(module_name(path))
    if not mine:
        return
    for module, _ in imports(path):
        if room(module):
            assert ROOMS.index(room(module)) <= ROOMS.index(mine), f"{mine} uses {module}"


@pytest.mark.parametrize("path", [*CORE, *PAGES], ids=named)
def test_nobody_reaches_past_a_face(path):
    mine = room(module_name(path))
    for module, name in imports(path):
        theirs = room(module)
        if not theirs or theirs == mine:
            continue
        face, *inside = module.split(".")[1:]
        wanted = [*inside, *([name] if name else [])]
        package = f"fmnist_core.{face}"
        for step in wanted:  # each package on the way names the next one
            if f"{package}.{step}" not in MODULES and f"{package}.__init__" not in MODULES and step == name:
                is_face = MODULES[package].name == "__init__.py"
                assert not is_face or step in named_by_the_face(package), f"{module}.{name}"
                assert not step.startswith("_")
                break
            assert step in named_by_the_face(package), f"{package} does not name {step}"
            package = f"{package}.{step}"


def test_there_is_no_circle_of_imports():
    graph = {
        name: {module for module, _ in imports(path) if module in MODULES and module != name}
        for name, path in MODULES.items()
    }
    done: set[str] = set()
    while len(done) < len(graph):
        free = {name for name, wanted in graph.items() if name not in done and wanted <= done}
        assert free, f"in circles: {sorted(set(graph) - done)}"
        done |= free


@pytest.mark.parametrize("path", CORE, ids=named)
def test_the_engine_knows_no_thread_pool_no_queue_and_no_database(path):
    if room(module_name(path)) in PURE:
        for package in ("sqlite3", "concurrent", "fmnist_core.runs", "fmnist_core.jobs"):
            assert not uses(path, package), package


@pytest.mark.parametrize("path", sorted((ROOT / "fmnist_core" / "training").rglob("*.py")), ids=named)
def test_a_training_owns_no_thread_no_lock_and_no_file(path):
    assert not uses(path, "threading") and not uses(path, "fmnist_core.base.parallel")
    assert not uses(path, "fmnist_core.base.files") and not uses(path, "pathlib")


def test_listing_runs_does_not_import_torch(tmp_path):
    code = "import sys, fmnist_core.__main__ as m; m.main(['runs']); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


SLOW = re.compile(r"^(?:from|import) scipy[^#\n]*\b(?:integrate|optimize|stats)\b", re.MULTILINE)


def test_what_is_long_to_import_and_needed_by_no_training_is_imported_where_it_is_used():
    """Else each process that trains, and each command, would start later."""
    assert [named(path) for path in CORE if SLOW.search(path.read_text(encoding="utf-8"))] == []


def test_the_core_has_at_most_ten_rooms():
    entries = {module.split(".")[1] for module in MODULES if module.startswith("fmnist_core.")}
    assert entries - {"__main__"} == set(ROOMS) and len(ROOMS) <= 10


def test_no_file_is_longer_than_300_lines():
    long = {named(path): length for path in [*CORE, *PAGES] if (length := len(_lines(path))) > 300}
    assert not long


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def test_only_the_agreed_files_lie_at_the_top():
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if tracked.returncode:
        pytest.skip("not a git checkout")
    top = {name.split("/")[0] for name in tracked.stdout.splitlines()}
    visible = {name for name in top if not name.startswith(".")}
    assert visible == {"app.py", "pages", "fmnist_core", "tests", "requirements.txt", "README.md"}


def test_only_one_module_writes_the_address():
    """The language is read from it before the page is known."""
    allowed = {"pages/ui/address.py", "pages/ui/words/language.py"}
    touching = {
        str(path.relative_to(ROOT))
        for path in PAGES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "query_params"
    }
    assert touching == allowed


def test_only_one_module_draws_tables_of_text():
    """Streamlit reads their cells as Markdown; it escapes them."""
    places = [path for path in PAGES if "st.table(" in path.read_text(encoding="utf-8")]
    assert [path.name for path in places] == ["tables.py"]


def test_no_page_switches_pages_in_the_server():
    """A poll that comes at that moment would leave the browser with an empty page (`browser_history`)."""
    for path in PAGES:
        assert "switch_page(" not in path.read_text(encoding="utf-8"), path


COMPAT = ("base/compat.py", "training/torch_compat.py", "ui/streamlit_compat.py", "ui/plotly_compat.py")
DOCUMENTED = {"streamlit": ("",), "plotly": ("", "graph_objects", "io")}
"""The modules of these libraries that their documentation names; of other libraries all without a `_`."""
HIDDEN = {
    "torch": ("ops", "library"),
    "st": ("runtime", "secrets.load_if_toml_exists"),
    "plotly": ("__file__",),
}
HIDDEN_NAMES = {f"{library}.{name}" for library, names in HIDDEN.items() for name in names}


def private_uses(source: str) -> list[str]:
    """What a module uses of other libraries though they do not promise to keep it."""
    tree = ast.parse(source)
    own = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)} | {"self", "cls"}
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    standard = {name.name for node in imported for name in node.names if name.name in sys.stdlib_module_names}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names if not _is_documented(name.name)]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [name.name for name in node.names]
            if not _is_documented(str(node.module)) or any(name.startswith("_") for name in names):
                found.append(f"from {node.module} import {', '.join(names)}")
        elif isinstance(node, ast.Attribute):
            is_private = node.attr.startswith("_") and not node.attr.endswith("__")
            text = ast.unparse(node)
            if text in HIDDEN_NAMES or (is_private and ast.unparse(node.value) not in own | standard):
                found.append(text)
        elif isinstance(node, ast.keyword) and (node.arg or "").startswith("_"):
            found.append(f"{node.arg}=")
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "hasattr", "setattr"):
            found += [ast.unparse(node) for name in node.args[1:2] if re.match("'_(?!_)", ast.unparse(name))]
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
            found += [ast.unparse(node) for to in node.targets if isinstance(to, ast.Attribute)]
    return found


def _is_documented(module: str) -> bool:
    library, _, rest = module.partition(".")
    if library in sys.stdlib_module_names or library in ("fmnist_core", "pages"):
        return True
    return rest in DOCUMENTED.get(library, (rest,)) and not any(
        part.startswith("_") for part in module.split(".")
    )


def test_what_libraries_do_not_promise_is_used_in_one_place():
    found = {named(path): private_uses(path.read_text(encoding="utf-8")) for path in [*CORE, *PAGES]}
    assert not {path: uses for path, uses in found.items() if uses and not path.endswith(COMPAT)}


def test_what_libraries_do_not_promise_is_recognised():
    for line in (
        "torch._foreach_add_(a, b)",
        "torch.ops.aten.relu(x)",
        "go.Figure(content, _validate=False)",
        "figure.to_dict = lambda: content",
        "figure._data",
        "context = getattr(st, '_main')",
        "from streamlit.runtime.scriptrunner import get_script_run_ctx",
        "from streamlit import _main",
        "import streamlit.runtime",
        "import torch._inductor",
        "from plotly.basedatatypes import BaseFigure",
        "st.secrets.load_if_toml_exists()",
    ):
        assert private_uses(line), line
