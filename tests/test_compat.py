"""What other libraries do not promise to keep: it is there, and what happens where it is not."""

import importlib
import importlib.util
import re
import threading
from importlib.metadata import version
from pathlib import Path

import plotly.graph_objects as go
import plotly.io
import pytest
import streamlit as st
import torch
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.scriptrunner import StopException
from streamlit.runtime.state import SafeSessionState, SessionState
from streamlit.testing.v1 import AppTest

from fmnist_core.base import compat
from fmnist_core.training import torch_compat
from pages.ui import plotly_compat, streamlit_compat

PAGES = Path(__file__).parent.parent / "pages"
REQUIREMENTS = PAGES.with_name("requirements.txt")
OF_TORCH = [name for name in compat.USED if name.startswith("torch:")]
OF_STREAMLIT = [name for name in compat.USED if name.startswith("streamlit.")]


def take_away(monkeypatch, name: str) -> None:
    """As if the library did not have it any more."""
    module, _, path = name.partition(":")
    *owners, last = path.split(".")
    if owners[:1] == ["ops"]:  # torch makes its operators when they are asked for
        monkeypatch.setattr(torch.ops.aten, owners[-1], object())
        return
    owner = importlib.import_module(module)
    for part in owners:
        owner = getattr(owner, part)
    monkeypatch.delitem(vars(owner).get("__annotations__", {}), last, raising=False)
    monkeypatch.delattr(owner, last, raising=False)


def imported_again(module):
    """A second copy of a module, which has looked for its interfaces again."""
    spec = importlib.util.find_spec(module.__name__)
    copy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copy)
    return copy


@pytest.mark.parametrize("library", ["torch", "streamlit"])
def test_this_version_has_all_that_is_used(library):
    assert not compat.missing(library), "\n".join(compat.missing(library))


@pytest.mark.parametrize("name", [*OF_TORCH, *OF_STREAMLIT])
def test_what_is_gone_is_named_with_what_happens_without_it(monkeypatch, name):
    library = re.match(r"\w+", name)[0]
    take_away(monkeypatch, name)
    said = compat.missing(library)
    assert any(
        sentence.startswith(f"{library} {version(library)} does not have {name} any more; without it, ")
        for sentence in said
    ), said


def test_whoever_is_used_beyond_promises_ends_at_a_tested_minor_version():
    bounds = dict(re.findall(r"^([a-z-]+)>=[\d.]+,<([\d.]+)$", REQUIREMENTS.read_text("utf-8"), re.MULTILINE))
    for library in ("streamlit", "torch", "torchvision", "plotly"):
        major, minor = map(int, bounds[library].split("."))
        installed = tuple(int(part) for part in version(library).split(".")[:2])
        assert installed < (major, minor) and minor > 0, library


# ---- torch --------------------------------------------------------------------------------------------


@pytest.fixture
def public(monkeypatch):
    """`torch_compat` as it is where torch has none of it."""
    with monkeypatch.context() as patch:
        for name in OF_TORCH:
            take_away(patch, name)
        found = imported_again(torch_compat)
    assert found.fused_adam is not torch_compat.fused_adam
    return found


def tensors(seed: int) -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=generator) for shape in ((33, 7), (7,))]


@pytest.mark.parametrize("name", ["fused_adam", "fused_adamw"])
def test_without_its_kernels_adam_takes_the_same_steps(public, name):
    found = []
    for module in (torch_compat, public):
        weights, means, squares, number = tensors(0), tensors(1), [t**2 for t in tensors(2)], torch.zeros(())
        for step in range(3):
            number += 1
            getattr(module, name)(
                *(weights, tensors(3 + step), means, squares, [], [number] * 2),
                lr=0.01,
                beta1=0.9,
                beta2=0.999,
                weight_decay=0.1,
                eps=1e-8,
                amsgrad=False,
                maximize=False,
            )
        found.append([*weights, *means, *squares, number])
    assert all(map(torch.equal, *found))


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_without_its_kernel_sgd_takes_the_same_steps(public, momentum):
    found = []
    for module in (torch_compat, public):
        weights, momenta = tensors(0), [torch.zeros_like(t) for t in tensors(0)] if momentum else []
        for step in range(3):
            module.fused_sgd(
                *(weights, tensors(1 + step), momenta),
                lr=0.01,
                momentum=momentum,
                weight_decay=0.1,
                dampening=0.0,
                nesterov=False,
                maximize=False,
                is_first_step=False,
            )
        found.append([*weights, *momenta])
    assert all(map(torch.equal, *found))


@pytest.mark.parametrize(("name", "more"), [("copy_all", ()), ("add_all", ()), ("lerp_all", (0.3,))])
def test_tensors_change_one_by_one_as_they_do_at_once(public, name, more):
    found = []
    for module in (torch_compat, public):
        changed = tensors(0)
        getattr(module, name)(changed, tensors(1), *more)
        found.append(changed)
    assert all(map(torch.equal, *found)) and not torch.equal(found[0][0], tensors(0)[0])


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_relu_is_undone_alike(public, dtype):
    outputs = tensors(1)[0].relu().to(dtype)
    slopes = [tensors(0)[0].to(dtype) for _ in range(2)]
    for module, slope in zip((torch_compat, public), slopes, strict=True):
        module.threshold_backward(slope, outputs, 0, grad_input=slope)
    assert torch.equal(*slopes) and not torch.equal(slopes[0], tensors(0)[0].to(dtype))


# ---- Streamlit ----------------------------------------------------------------------------------------


def script_that_says_what_it_knows():
    import streamlit as st

    from pages.ui import streamlit_compat as compat

    st.session_state["known"] = compat.in_script(), compat.session_id(), compat.asked_page()


def test_a_script_knows_its_browser_and_its_page():
    in_script, session, page = AppTest.from_function(script_that_says_what_it_knows).run().session_state.known
    assert in_script and session and page == ""


def script_whose_reader_goes_on_while_a_name_is_taken():
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    def take():
        get_script_run_ctx().script_requests.request_rerun(RerunData())  # as a click does meanwhile
        st.session_state["taken"] = st.session_state["name"]

    st.text_input("Name", key="name", on_change=take)


def test_what_follows_from_a_value_happens_though_the_browser_says_more_meanwhile():
    app = AppTest.from_function(script_whose_reader_goes_on_while_a_name_is_taken).run()
    app.text_input(key="name").set_value("Mina").run()
    assert app.session_state.taken == "Mina"


def test_a_script_that_is_to_give_way_takes_over_what_was_said_unless_a_newer_one_has(monkeypatch):
    """Streamlit asks it first, and a click would be lost with it."""
    heard = []
    monkeypatch.setattr(SessionState, "on_script_will_rerun", lambda _, said, **more: heard.append(said))

    def give_way():
        raise StopException

    state = SessionState()
    first, second, third = (SafeSessionState(state, give_way) for _ in range(3))
    second.on_script_will_rerun("click")
    third.on_script_will_rerun("key")
    for late in (first, second):
        with pytest.raises(StopException):
            late.on_script_will_rerun("late")
    assert heard == ["click", "key"]


def test_any_other_thread_knows_that_it_is_none():
    known = []
    names = ("in_script", "session_id", "came_back", "asked_page")
    thread = threading.Thread(target=lambda: known.extend(getattr(streamlit_compat, n)() for n in names))
    thread.start()
    thread.join()
    assert known == [False, "", False, None]


def test_pages_do_without_what_streamlit_does_not_have(monkeypatch):
    monkeypatch.setattr(PagesManager, "uses_pages_directory", True)
    with monkeypatch.context() as patch:
        for name in OF_STREAMLIT:
            if "." not in name.partition(":")[2]:
                take_away(patch, name)
        without = imported_again(streamlit_compat)
    assert without.in_script() and without.session_id() == "" and not without.came_back()
    assert without.asked_page() is None
    without.leave_pages_to_app()
    without.keep_news_to_their_page()
    without.answer_clicks()
    without.hear_in_order()


def test_a_served_folder_has_the_address_that_is_made_up_without_its_name(monkeypatch, tmp_path):
    expected = streamlit_compat.served_folder("some", tmp_path)
    assert expected == "component/pages.ui.streamlit_compat.some"
    monkeypatch.setattr(st.components.v1, "declare_component", lambda name, path: object())
    assert streamlit_compat.served_folder("some", tmp_path) == expected


# ---- Plotly -------------------------------------------------------------------------------------------

OF_PLOTLY = f"plotly {version('plotly')} does not have {{}} any more: see pages/ui/plotly_compat.py"


def test_a_figure_can_be_made_unchecked():
    figure = plotly_compat.unchecked_figure({"data": [{"type": "bar", "nonsense": 1}]})
    assert "nonsense" in figure.to_json(), OF_PLOTLY.format("Figure(..., _validate=False)")


@pytest.mark.parametrize("refusal", [TypeError, ValueError])
def test_a_figure_is_checked_where_plotly_knows_nothing_else(monkeypatch, refusal):
    whole = go.Figure

    def without(*content, **options):
        if options:
            raise refusal("_validate")
        return whole(*content)

    monkeypatch.setattr(plotly_compat.go, "Figure", without)
    assert plotly_compat.unchecked_figure({"data": [{"type": "bar", "y": [1]}]}).data[0].y == (1,)


def test_a_shared_figure_is_not_copied_to_be_shown():
    figure = go.Figure(go.Bar(y=[1], name="first"))
    plotly_compat.share(figure)
    figure.data[0].name = "later"
    assert "first" in plotly.io.to_json(figure, validate=False), OF_PLOTLY.format("to_json through to_dict")


def test_plotly_brings_its_script_with_the_names_that_ours_use():
    script = plotly_compat.JAVASCRIPT / "plotly.min.js"
    assert script.is_file(), OF_PLOTLY.format("package_data/plotly.min.js")
    for name in ("_fullLayout", "_size"):
        assert name in script.read_text("utf-8"), OF_PLOTLY.format(name)
    uses = [
        f"{path.name}: {line.strip()}"
        for path in PAGES.rglob("*.js")
        for line in path.read_text("utf-8").splitlines()
        if "._full" in line
    ]
    assert uses == ["take_chart.js: const drawn = (chart) => chart._fullLayout;"]
