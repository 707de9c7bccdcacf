"""The pages Learn and The ladder, without and with a browser."""

import pytest
from helpers import address_of, epoch_result, open_page
from playwright.sync_api import expect
from streamlit.testing.v1 import AppTest
from windows import load

from fmnist_core import lecture
from fmnist_core.runs import RunStore
from pages.ui.words import language


def texts(elements) -> str:
    return "\n".join(element.value for element in elements)


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


@pytest.mark.parametrize(
    "section", ["two-classes", "numerics", "categories", "softmax", "cross-entropy", "tables"]
)
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_each_section_opens_from_its_link(section, lang):
    app = open_page("learn", section=section, lang=lang)
    assert not app.exception and not app.error
    assert address_of(app)["section"] == section


def test_a_lesson_link_opens_with_its_settings():
    app = open_page("learn", section="cross-entropy", dog_logit="3.5", truth="cat")
    assert app.slider(key="lesson_dog_logit").value == 3.5
    assert "The net names **dog**. Wrong. Raise the logit of cat" in texts(app.error)
    assert address_of(app) == {
        "section": "cross-entropy",
        "dog_logit": "3.5",
        "cat_logit": "0.5",
        "rabbit_logit": "-1",
        "truth": "cat",
    }


def go_to_section(app: AppTest, section: str) -> None:
    app.button_group(key="lesson_section").set_value(section).run()
    assert not app.exception


def sliders(app: AppTest) -> list[float]:
    return [slider.value for slider in app.slider]


def test_sections_leave_each_others_sliders_alone_and_remember_their_own():
    app = open_page("learn", section="softmax")
    app.slider(key="lesson_dog").set_value(9.5)
    app.slider(key="lesson_temperature").set_value(0.1).run()
    go_to_section(app, "cross-entropy")
    assert sliders(app) == [1.0, 0.5, -1.0]
    go_to_section(app, "categories")
    assert sliders(app) == [10, 0, 10]
    go_to_section(app, "two-classes")
    app.slider(key="lesson_logit").set_value(-2.0).run()
    go_to_section(app, "numerics")
    assert sliders(app) == [40.0]
    go_to_section(app, "two-classes")
    assert sliders(app) == [-2.0]
    go_to_section(app, "softmax")
    assert sliders(app) == [9.5, -1.0, 1.0, 0.1]
    assert address_of(app)["dog"] == "9.5"


def test_no_number_of_softmax_is_infinite_and_none_is_rounded_to_certainty():
    app = open_page("learn", section="softmax", dog="10", cat="-10", rabbit="9", temperature="0.1")
    table = app.table[0].value
    assert table["exp(z / T)"].tolist() == ["2.688 × 10⁴³", "3.72 × 10⁻⁴⁴", "1.22 × 10³⁹", "2.688 × 10⁴³"]
    # Markdown, in which ">" alone would be a quotation.
    assert table["Probability p"].tolist() == [r"\>0.9999", r"\<0.0001", r"\<0.0001", "1.0000"]


def test_a_tie_is_neither_right_nor_wrong():
    app = open_page("learn", section="cross-entropy", dog_logit="0.5", cat_logit="0.5", truth="dog")
    assert "A tie" in texts(app.warning)
    assert not app.success and not app.error
    app = open_page("learn", section="two-classes", logit="0")
    assert "the net cannot tell" in texts(app.info)


def test_a_loss_shown_as_0_is_not_called_more_than_0():
    app = open_page("learn", section="cross-entropy", dog_logit="10", cat_logit="-10", rabbit_logit="-10")
    assert "0.0000" in app.latex[0].value
    assert texts(app.success) == "The net names **dog**. Right, and the loss is almost 0."


def test_nonsense_in_a_link_is_ignored():
    app = open_page("learn", section="../x", logit="nan")
    assert not app.exception
    assert address_of(app) == {"section": "two-classes", "logit": "1.5"}
    app = open_page("learn", section="softmax", dog="1e9", temperature="-1", cat="abc")
    assert not app.exception
    assert app.slider(key="lesson_dog").value == 2.0
    assert app.slider(key="lesson_temperature").value == 1.0


def test_a_moved_logit_moves_the_probability_and_the_address():
    app = open_page("learn", section="two-classes")
    app.slider(key="lesson_logit").set_value(-2.0).run()
    assert metrics(app)["Probability of class 1"] == "0.1192"
    assert address_of(app)["logit"] == "-2"


def test_a_huge_logit_shows_what_rounding_does():
    app = open_page("learn", section="numerics", large_logit="40", target="0")
    assert "The gradient of sigmoid + BCELoss is 0" in texts(app.warning)
    app.slider(key="lesson_large_logit").set_value(100.0).run()
    assert "infinity / infinity" in texts(app.warning)
    app.slider(key="lesson_large_logit").set_value(3.0).run()
    assert not app.warning


def test_the_floor_of_torchs_gradient_is_explained_where_it_acts():
    app = open_page("learn", section="numerics", large_logit="-30", target="1")
    assert "PyTorch divides by 1e-12 instead" in texts(app.warning)
    assert "is -0.094 and not -1" in texts(app.warning)
    assert app.table[0].value["Sigmoid + BCELoss"].tolist()[2] == "-0.0935762"
    app.slider(key="lesson_large_logit").set_value(-27.0).run()
    assert not app.warning
    assert "PyTorch's own" in texts(app.markdown)


def test_a_gradient_of_0_is_no_harm_where_the_image_is_right():
    app = open_page("learn", section="numerics", large_logit="40", target="1")
    assert not app.warning
    assert "a gradient of 0 does no harm" in texts(app.info)


def test_the_mean_of_dogs_and_rabbits_is_a_cat():
    app = open_page("learn", section="categories")
    assert "The mean of this basket is a **cat**, and there is not one in it." in texts(app.markdown)
    app.slider(key="lesson_cats").set_value(5).run()
    assert "The mean of this basket is a **cat**." in texts(app.markdown)
    app.slider(key="lesson_rabbits").set_value(5).run()
    assert "The mean of this basket is nearest to a **cat**." in texts(app.markdown)
    app.slider(key="lesson_cats").set_value(10)
    app.slider(key="lesson_rabbits").set_value(0).run()
    assert "halfway between a **dog** and a **cat**" in texts(app.markdown)
    for animal in ("dogs", "cats", "rabbits"):
        app.slider(key=f"lesson_{animal}").set_value(0)
    app.run()
    assert "Put at least one animal into the basket." in texts(app.info)


def test_both_small_trainings_run_live_to_the_published_accuracy():
    app = open_page("learn", section="two-classes")
    app.button(key="small_train_two").click().run()
    assert not app.exception
    values = metrics(app)
    assert values["Accuracy with BCELoss"] == values["Accuracy with BCEWithLogitsLoss"] == "99.56\u00a0%"
    assert float(values["Largest difference of the losses"]) < 1e-6
    assert "A slight gain in computing, measured here just now" in texts(app.markdown)
    app.number_input(key="small_seed_two").set_value(1).run()
    assert "Accuracy with BCELoss" not in metrics(app)  # of another seed


def test_learn_says_all_that_the_lecture_says():
    app = open_page("learn", section="categories")
    said = texts(app.markdown)
    for text in (
        "nominal, not ordinal",
        "**Of a cookbook:**",
        "**The most exact one:**",
        "binomial with $n=1$",
    ):
        assert text in said
    assert app.table[0].value.iloc[:, 0].tolist() == ["0 / 1"] * 3 + ["0 / 1 / 2 ?????"]
    assert app.table[0].value.index.tolist()[0] == "failure / success"
    y = next(code.value for code in app.code if code.value.startswith("tensor"))
    assert y.splitlines()[0] == "tensor([[1., 0., 0.]," and y.splitlines()[-1] == "        [0., 0., 1.]])"
    app = open_page("learn", section="tables")
    assert app.table[1].value.iloc[:, 2].tolist() == ["sigmoid ¹", "softmax ²"]
    for text in ("¹ prob = sig(logit) · ² probs = soft(logits)", "CEWithLogitsLoss would be better"):
        assert text in texts(app.caption)
    assert r"\dfrac{\exp(logit)}{1 + \exp(logit)}" in texts(app.markdown)
    app = open_page("learn", section="two-classes", logit="-1.5")
    assert "logit < 0: **class 0**, as probability < 0.5." in texts(app.markdown)


def test_the_puzzle_of_the_tables_answers():
    app = open_page("learn", section="tables", task="many", output="probabilities")
    assert "leave softmax out" in texts(app.warning)
    app = open_page("learn", section="tables", task="two", output="probabilities")
    assert "Use `BCELoss`." in texts(app.success)


# ---- The ladder


def rungs(app: AppTest) -> list[str]:
    """The HTML of each rung, the lowest first."""
    (drawn,) = [html.proto.body for html in app.get("html") if 'class="ladder"' in html.proto.body]
    return drawn.split("<li>")[1:]


def test_the_ladder_shows_the_lectures_figures_before_anything_is_trained():
    app = open_page("ladder")
    assert not app.exception
    assert "the best is the very wide one with 89.1\u00a0%" in texts(app.markdown)
    assert "Differences below about 0.8 points may be chance" in texts(app.markdown)
    table = app.dataframe[0].value
    assert len(table) == 15
    assert table["Test"].iloc[12] == "91.66"


def test_each_rung_says_what_it_adds_and_how_far_it_gets():
    drawn = rungs(open_page("ladder"))
    assert len(drawn) == 5
    for rung, net in zip(drawn, lecture.LADDER.values(), strict=True):
        train, test = f"{net.train_accuracies[-1]:.1%}", f"{net.test_accuracy:.1%}"
        said = f"published: training {train[:-1]}\u00a0%, test {test[:-1]}\u00a0%"
        for text in (net.architecture, net.adds, f"{net.parameters:,} parameters", said):
            assert text in rung
        assert ("reproduced: training" in rung) == (net.architecture in lecture.reproduced_ladder())
        assert "your run" not in rung
    assert drawn[3].count("<span>256</span>") == 4  # each hidden layer of the deep net


def test_a_rung_shows_its_own_result_beside_the_lectures(store, held):
    run_id = store.create(lecture.ladder_configs()[0])
    made = rungs(open_page("ladder"))
    assert "· queued" in made[0]
    worker = store.workers.open()
    store.start(run_id, worker)
    assert "· epoch 1 of 30" in rungs(open_page("ladder"))[0]
    for epoch in range(1, 31):
        store.add_epoch(
            run_id,
            epoch_result(
                epoch, evaluated_train_accuracy=0.9 if epoch % 5 == 0 else None, test_accuracy=0.875
            ),
        )
    store.finish(run_id, "completed")
    store.workers.close(worker)
    app = open_page("ladder")
    assert "reproduced: training 90.0\u00a0%, test 87.5\u00a0%" in rungs(app)[0]
    assert "of 30" not in rungs(app)[0] and "· your run" in rungs(app)[0]
    assert rungs(app)[1] == made[1]
    assert "the largest difference is that of the simple net: +1.1 points" in texts(app.markdown)


def test_the_story_is_told_from_the_nets_that_come_with_the_project():
    app = open_page("ladder")
    table = lecture.comparison({name: net.history for name, net in lecture.reproduced_ladder().items()})
    said = [*lecture.findings(table), *lecture.ways_apart(table)]
    assert len(said) > 5
    for sentence in said:
        assert f"- {language.translate(sentence)}" in texts(app.markdown)
    assert "trained with PyTorch" in texts(app.caption)


def test_one_click_queues_the_five_nets_once(held):
    app = open_page("ladder")
    app.button(key="climb").click().run()
    assert not app.exception
    assert sorted(run.config.architecture for run in RunStore().runs()) == sorted(lecture.LADDER)
    assert "climb" not in [button.key for button in app.button]
    assert "Training or waiting: 5 nets of yours." in texts(app.markdown)
    (link,) = [link.proto for link in app.get("page_link") if "stop them" in link.proto.label]
    assert link.page == "" and link.query_string.startswith("run=")
    for run in RunStore().runs():
        RunStore().request_stop(run.run_id)
    assert "Training or waiting" not in texts(app.run().markdown)


@pytest.mark.parametrize(
    ("lang", "both"),
    [("en", "right on 96.85 % then, and on 96.87 % afterwards"), ("ko", "이때 96.85 %, 고친 뒤에는 96.87 %")],
)
def test_of_the_two_accuracies_beside_the_printed_netout_it_is_said_which_is_which(lang, both):
    app = open_page("learn", section="categories", lang=lang)
    app.button(key="small_train_three").click().run()
    assert both.replace(" %", "\u00a0%") in texts(app.markdown)
    assert "96.87\u00a0%" in [metric.value for metric in app.metric] and "96.85" in texts(app.caption)


# ---- In a browser


@pytest.mark.browser
def test_browser_a_lesson_link_opens_in_korean_and_the_sidebar_switches_back(page, server):
    load(page, f"{server}/learn?section=cross-entropy&dog_logit=3&truth=cat&lang=ko")
    section = page.get_by_role("radio", name="5 · 크로스 엔트로피")
    expect(section).to_have_attribute("aria-checked", "true")
    expect(page.get_by_text("틀렸습니다. 고양이의 로짓을 올리거나")).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_contain_text("강아지")
    page.get_by_role("radio", name="English").or_(page.get_by_role("button", name="English")).first.click()
    section = page.get_by_role("radio", name="5 · Cross entropy")
    expect(section).to_have_attribute("aria-checked", "true")
    expect(page.get_by_text("Wrong. Raise the logit of cat")).to_be_visible()
