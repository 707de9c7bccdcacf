"""Links between pages: what they open is what they name."""

import pytest
from finished_runs import finished_run
from helpers import leave_for, open_page
from zips import two_classes, zipped

from fmnist_core.data import custom_import
from pages.ui import address


def texts(elements) -> str:
    return "\n".join(str(element.value) for element in elements).replace("\\", "")


def follow(app, name: str, **query: str):
    """As `leave_for`, by a link with a query."""
    app.query_params = query
    return app.switch_page(f"pages/{name}.py").run()


@pytest.fixture
def two_runs(store) -> list[str]:
    return [
        finished_run(store, name, 3.0, epochs=epochs, seed=epochs) for name, epochs in (("a", 2), ("b", 3))
    ]


@pytest.mark.parametrize("place", [0, 1])
def test_change_and_run_opens_the_run_though_it_alone_is_ticked(store, two_runs, place):
    """Then the address of Compare and the query of the link are the same."""
    run_id = two_runs[place]
    app = open_page("compare", run=run_id)
    query = address.link_to("train", run=run_id)
    assert any("to=train" in link.proto.query_string for link in app.get("page_link"))
    follow(app, "train", **query)
    assert app.session_state["train_start"].epochs == (2, 3)[place]
    assert app.session_state["current_run"] == run_id
    assert "to" not in app.session_state["address"].noted and not app.warning


def test_its_images_are_those_of_the_one_run_that_is_ticked(store, two_runs):
    for run_id in two_runs:
        app = follow(
            open_page("compare", run=run_id), "predictions", **address.link_to("predictions", run=run_id)
        )
        assert app.session_state["current_run"] == run_id


def test_the_address_of_a_page_that_is_left_is_no_link(store, two_runs):
    """A quick click still carries it, also that of a page which a link has opened."""
    for query in ({"run": two_runs[0]}, address.link_to("compare", run=two_runs[0])):
        app = open_page("compare", **query)
        assert app.session_state["compare_picked"] == [two_runs[0]]
        follow(app, "train", **query)
        assert app.session_state["current_run"] == two_runs[1]  # the newest


def test_change_and_run_fixes_no_precision_that_nobody_chose(store, two_runs):
    app = open_page("train", run=two_runs[0])
    assert store.get(two_runs[0]).config.precision == "float32"
    assert app.session_state["train_start"].precision == "auto"
    assert "precision" not in app.session_state["address"].noted


def test_a_net_that_was_designed_is_the_one_on_the_form(held, monkeypatch):
    led_to: list[tuple[str, dict]] = []
    monkeypatch.setattr(address, "follow", lambda *link: led_to.append(link))
    app = open_page("design")
    app.text_input(key="design_name").set_value("mine")
    app.number_input(key="design_epochs").set_value(2)
    app.button(key="design_train").click().run()
    ((page, query),) = led_to
    follow(app, page, **query)
    asked = app.session_state["train_start"]
    assert (asked.architecture, asked.epochs) == ("mine", 2)
    assert app.selectbox(key="train_architecture_custom").value == "mine"


def test_a_run_that_was_deleted_in_another_window_is_not_replaced_in_silence(store, two_runs):
    app = open_page("predictions", run=two_runs[0])
    assert not app.info
    store.delete(two_runs[0])
    app.run()
    assert app.session_state["current_run"] == two_runs[1]
    assert "The run that was looked at last has been deleted" in texts(app.info)
    leave_for(app, "train")
    assert not app.info


def test_of_a_run_whose_data_set_is_gone_the_page_says_what_is_left(store):
    custom_import.import_zip(zipped(two_classes()), "skies")
    finished_run(store, "mine", 3.0)
    with store.database.write() as db:
        db.execute("UPDATE runs SET config = replace(config, 'fashion-mnist', 'skies'), dataset = 'skies'")
    custom_import.delete("skies")
    app = open_page("predictions")
    assert "The data set skies is not here any more. mine keeps its curves" in texts(app.error)
