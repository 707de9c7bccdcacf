"""Forty phones vote: `python tests/bench/class_game.py [--students 40] [--images 5] [--within 3]`.

Starts the dashboard and opens real sessions, which speak Streamlit's protocol over a WebSocket with a cookie
and timers of their own: a lecturer, whose screen has the histogram, and the students. For each image all vote
within a few seconds. Prints how long it takes until the lecturer's histogram has counted a vote, and until
the phones show the next image. Not collected by pytest.
"""

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

import numpy as np
from browser_sessions import Browser, Log
from servers import running_server

PASSCODE = "sneaker"
PATIENCE = 60.0


class Screen(Browser):
    """A browser that notes when its histogram has counted how many votes, and when it shows which image."""

    def __init__(self, address: str, log: Log, seed: int) -> None:
        super().__init__(address, log, seed)
        self.counted: list[tuple[float, int]] = []  # when, how many
        self.shown: dict[int, float] = {}  # image, from 1: since when

    def _take_element(self, element) -> None:
        super()._take_element(element)
        now = time.perf_counter()
        kind = element.WhichOneof("type")
        if kind == "html" and (found := re.search(r'data-count="(\d+)"', element.html.body)):
            self.counted.append((now, int(found[1])))
        elif kind == "progress" and (found := re.match(r"Image (\d+) of", element.progress.text)):
            self.shown.setdefault(int(found[1]), now)

    async def until(self, condition) -> None:
        """Wait for what the screen shows."""
        end = time.perf_counter() + PATIENCE
        while not condition():
            assert time.perf_counter() < end, "it did not appear"
            await asyncio.sleep(0.02)


async def enter(lecturer: Screen) -> None:
    """Through the door on the Classroom page, then to Guess along."""
    await lecturer.open()
    await lecturer.rerun("turn a page", page="classroom")
    button = next(widget for key, widget in lecturer.ids.items() if key.endswith("lecturer_door-Enter"))
    field = lecturer.ids["lecturer_passcode"]
    await lecturer.rerun("enter", change={field: {"string_value": PASSCODE}, button: {"trigger_value": True}})
    await lecturer.rerun("turn a page", page="guess")
    assert await lecturer.click("begin a round", "class_begin"), "the passcode did not let the lecturer in"


async def measure(options, address: str) -> dict:
    """The whole round; returns the figures in seconds."""
    log = Log()
    lecturer = Screen(address, log, 0)
    students = [Screen(address, log, seed) for seed in range(1, options.students + 1)]
    for student in students:
        await student.open()
        await student.rerun("turn a page", page="guess")
    await enter(lecturer)
    to_histogram: list[float] = []
    to_image: list[float] = []
    went_on = time.perf_counter()
    for place in range(options.images):
        for student in students:
            if place == 0:  # nobody clicks on "follow" here: they look at the page again
                await student.rerun("turn a page", page="guess")
            await student.until(lambda s=student, n=place + 1: n in s.shown)
            if place:
                to_image.append(student.shown[place + 1] - went_on)
        clicked: list[float] = []

        async def vote(student: Screen, place: int = place, clicked: list[float] = clicked) -> None:
            await asyncio.sleep(student.random.uniform(0, options.within))
            clicked.append(time.perf_counter())
            label = student.random.randrange(10)
            assert await student.click("vote", f"class_vote_{place}_{label}"), "no button to vote with"

        lecturer.counted.clear()
        await asyncio.gather(*map(vote, students))
        await lecturer.until(lambda: lecturer.counted and lecturer.counted[-1][1] >= len(students))
        # Votes look alike: the n-th click is in the first histogram that has counted n of them.
        for rank, moment in enumerate(sorted(clicked), start=1):
            to_histogram.append(next(when for when, count in lecturer.counted if count >= rank) - moment)
        await lecturer.click("show the answer", f"class_voting_{place}")
        await asyncio.sleep(1)
        went_on = time.perf_counter()
        await lecturer.click("go on", f"class_revealed_{place}")
    for browser in (lecturer, *students):
        await browser.close()
    return {
        "students": options.students,
        "votes": len(to_histogram),
        "vote_to_histogram": _summary(to_histogram),
        "next_image_on_phones": _summary(to_image),
        "responses": log.summary(),
        "errors": sorted(set(log.errors))[:5],
        "load_average": os.getloadavg(),
    }


def _summary(seconds: list[float]) -> dict[str, float]:
    if not seconds:
        return {}
    shares = {"p50": 50, "p95": 95, "max": 100}
    return {name: round(float(np.percentile(seconds, share)), 3) for name, share in shares.items()}


def main() -> None:
    """Run it and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--images", type=int, default=5)
    parser.add_argument("--within", type=float, default=3.0, help="seconds in which all of them vote")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runs, data, log = (Path(folder) / name for name in ("runs", "data", "server.log"))
        with running_server(runs, data, log, FMNIST_PASSCODE=PASSCODE) as address:
            figures = asyncio.run(measure(options, address))
        figures["server_log_errors"] = log.read_text(errors="replace").count("Traceback")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
