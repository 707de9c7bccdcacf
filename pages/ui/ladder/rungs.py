"""The five nets as rungs of a ladder: what each adds, its layers, its accuracies on one scale."""

from html import escape

import pandas as pd
import streamlit as st

from fmnist_core.base.palette import BLUE, GREEN
from fmnist_core.lecture import LADDER, final_accuracies
from fmnist_core.lecture.ladder_charts import NET_COLORS
from pages.ui import net_drawing
from pages.ui.words.language import percent, tr, translate

IMAGE_SHAPE, CLASSES = (1, 28, 28), 10
LOWEST, TICKS = 0.8, (0.8, 0.85, 0.9, 0.95, 1.0)
MOST_BOXES = 8
STYLE = """<style>
.ladder, .ladder ol {margin: 0; padding: 0; list-style: none; font-size: .875rem; line-height: 1.3}
.ladder ol {display: flex; flex-direction: column-reverse}
.ladder li {display: grid; grid-template-columns: 46px 1fr; gap: 16px; margin: 0;
  min-height: clamp(106px, (100vh - 136px) / 5, 138px)}
.ladder .rail {position: relative; border: solid #8A8A8A; border-width: 0 5px}
.ladder .rail::before {content: ""; position: absolute; inset: calc(50% - 3px) -10px auto; height: 6px;
  border-radius: 3px; background: #8A8A8A}
.ladder .rail b {position: absolute; inset: calc(50% - 15px) calc(50% - 15px) auto; height: 30px;
  border-radius: 50%; border: 4px solid; background: white; text-align: center; line-height: 22px}
.ladder .rail b span {color: #222}
.ladder .card {margin: 4px 0; padding: 5px 12px; border: 1px solid rgba(128, 128, 128, .35);
  border-radius: 10px; display: flex; flex-direction: column; justify-content: space-evenly; min-width: 0}
.ladder .card p {margin: 0; display: flex; flex-wrap: wrap; gap: 0 10px}
.ladder .card small {opacity: .75; font-size: .8125rem; margin-left: auto}
.ladder .net {font-size: .75rem; line-height: 1.1}
.ladder .track {position: relative; height: 22px; margin: 0 54px;
  background: repeating-linear-gradient(to right, rgba(128, 128, 128, .4) 0 1px, transparent 1px 25%);
  border-right: 1px solid rgba(128, 128, 128, .4)}
.ladder .axis {position: relative; height: 16px; margin: 0 67px 0 129px; font-size: .75rem; opacity: .75}
.ladder .axis span {position: absolute; transform: translateX(-50%); white-space: nowrap}
.ladder .track > * {position: absolute; top: 50%; transform: translate(-50%, -50%); white-space: nowrap}
.ladder .track hr {height: 3px; margin: 0; border: 0; background: #8A8A8A; transform: translateY(-50%)}
.ladder .dot {width: 12px; height: 12px; border: 2.5px solid; box-sizing: border-box; display: inline-block}
.ladder .train {color: BLUE; border-radius: 50%}
.ladder .test {color: GREEN; transform: rotate(45deg) scale(.9)}
.ladder .track .test {transform: translate(-50%, -50%) rotate(45deg) scale(.9)}
.ladder .dot.full {background: currentColor}
.ladder .track .left {transform: translate(calc(-100% - 12px), -50%); font-weight: 700}
.ladder .track .right {transform: translate(12px, -50%)}
.ladder .legend {display: flex; flex-wrap: wrap; gap: 2px 16px; margin: 0 0 2px 62px; font-size: .8125rem}
@media (max-width: 640px) {
  .ladder li {grid-template-columns: 34px 1fr; gap: 10px}
  .ladder .legend {margin-left: 0}
  .ladder .card {padding: 5px 8px}
  .ladder .axis {margin: 0 63px 0 107px}
}
</style>""".replace("BLUE", BLUE).replace("GREEN", GREEN)


def show(table: pd.DataFrame, states: dict[str, str]) -> None:
    """The rungs, the simplest net at the bottom.

    table: a `lecture.comparison`; states: what is said of your own run of a net, where there is one.
    """
    published, reproduced = _ends(table, "published"), _ends(table, "reproduced")
    rungs = "".join(
        _rung(number, architecture, published[architecture], reproduced.get(architecture), states)
        for number, architecture in enumerate(LADDER, 1)
    )
    legend = _legend(bool(reproduced))
    st.html(f'{net_drawing.STYLE}{STYLE}<div class="ladder">{legend}<ol>{rungs}</ol>{_axis()}</div>')


def _ends(table: pd.DataFrame, which: str) -> dict[str, tuple[float, float]]:
    """Training and test accuracy of each net at the end."""
    rows = final_accuracies(table, which)
    return {row.architecture: (row.train, row.test) for row in rows.itertuples()}


def _rung(
    number: int,
    architecture: str,
    published: tuple[float, float],
    reproduced: tuple[float, float] | None,
    states: dict[str, str],
) -> str:
    net = LADDER[architecture]
    tracks = _track(*published, full=False) + (_track(*reproduced, full=True) if reproduced else "")
    state = f" · {escape(states[architecture])}" if architecture in states else ""
    return (
        f'<li><div class="rail"><b style="border-color: {NET_COLORS[architecture]}"><span>{number}</span></b>'
        f'</div><div class="card"><p><strong>{architecture}</strong><span>{translate(net.adds)}{state}</span>'
        f"<small>{tr('{count:,} parameter(s)', count=net.parameters)}</small></p>"
        f"{net_drawing.drawing(architecture, IMAGE_SHAPE, CLASSES, MOST_BOXES)}{tracks}</div></li>"
    )


def _track(train: float, test: float, full: bool) -> str:
    """Training and test accuracy on a scale from 80 to 100 %, joined by the gap."""
    here = {"train": _place(train), "test": _place(test)}
    low, high = sorted(here.values())
    first, last = ("test", "train") if test <= train else ("train", "test")
    said = {"train": percent(train), "test": percent(test)}
    dots = "".join(
        f'<i class="dot {name}{" full" if full else ""}" style="left: {place:.1f}%"></i>'
        for name, place in here.items()
    )
    whose = tr("reproduced") if full else tr("published")
    label = tr("{whose}: training {train}, test {test}", whose=whose, **said)
    return (
        f'<div class="track" role="img" aria-label="{escape(label, quote=True)}">'
        f'<hr style="left: {low:.1f}%; width: {high - low:.1f}%">{dots}'
        f'<span class="left" style="left: {low:.1f}%">{said[first]}</span>'
        f'<span class="right" style="left: {high:.1f}%">{said[last]}</span></div>'
    )


def _place(accuracy: float) -> float:
    """Where an accuracy lies on the scale, in percent of its width."""
    return max(0.0, 100 * (accuracy - LOWEST) / (1 - LOWEST))


def _axis() -> str:
    ticks = "".join(f'<span style="left: {_place(tick):.0f}%">{tick:.0%}</span>' for tick in TICKS)
    return f'<div class="axis" aria-hidden="true">{ticks}</div>'


def _legend(any_reproduced: bool) -> str:
    parts = (
        f'<i class="dot test"></i> {tr("test")}',
        f'<i class="dot train"></i> {tr("training")}',
        tr("hollow: published, full: reproduced") if any_reproduced else tr("the lecture's figures"),
    )
    return f'<div class="legend">{"".join(f"<span>{part}</span>" for part in parts)}</div>'
