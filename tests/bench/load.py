"""Forty students at once: `python tests/bench/load.py [--sessions 40] [--seconds 300] [--architecture cnn]`.

Starts the dashboard and a long training on it, measures that alone, then opens real sessions: each speaks
Streamlit's own protocol over a WebSocket, as a browser does, with a cookie and timers of its own. They start
runs, follow them, turn pages and upload photos. Prints response times, errors, lost or doubled runs, the
server's memory, and what all of it cost the training. Not collected by pytest.
"""

import argparse
import asyncio
import contextlib
import io
import json
import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

import numpy as np
from browser_sessions import Browser, Log
from PIL import Image
from servers import running_server

from fmnist_core.runs import RunStore
from fmnist_core.training.loop import TRAIN_EVALUATION_EVERY

Watch = Callable[[float], Awaitable[dict[str, float]]]
PAGES = ("compare", "predictions", "photo", "learn", "classroom", "data")


def photo(seed: int) -> bytes:
    """A photo as a phone takes it, more or less: noise, a garment-like shape, 1200 x 900."""
    generator = np.random.default_rng(seed)
    pixels = generator.integers(180, 220, (900, 1200, 3), dtype=np.uint8)
    pixels[200:700, 400:800] = generator.integers(20, 120, 3, dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG")
    return buffer.getvalue()


async def student(options, address: str, log: Log, seed: int, until: float, query: str) -> None:
    """One person: starts runs, watches, turns pages, uploads a photo now and then."""
    browser = Browser(address, log, seed)
    await asyncio.sleep(browser.random.uniform(0, 10))  # not everybody comes in the same second
    try:
        await browser.open(f"{query}&seed={seed}")
        started = 0
        while time.monotonic() < until:
            await asyncio.sleep(browser.random.uniform(0.2, 1.8) * options.pace)
            action = browser.random.random()
            if started < options.runs and await browser.click("start a run", "start_training"):
                started += 1
                log.clicks += 1
            elif action < 0.1 and "photo" in browser.pages:
                await browser.rerun("turn a page", page="photo")
                await browser.upload("photo.jpg", photo(seed))
            elif action < 0.5:
                page = browser.random.choice([name for name in PAGES if name in browser.pages])
                await browser.rerun("turn a page", page=page)
            else:
                await browser.rerun("turn a page", page="")
    except Exception as error:
        log.errors.append(f"session {seed}: {type(error).__name__}: {error}")
    with contextlib.suppress(Exception):
        await browser.close()


async def follower(browser: Browser, is_over: asyncio.Event) -> None:
    """One browser that stays on the Train page and watches."""
    await asyncio.sleep(browser.random.uniform(0, 5))
    await browser.open()
    await is_over.wait()
    await browser.close()


def memory_of(process: int) -> float:
    """The resident memory of a process in megabytes; nan where /proc is not there."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{process}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
    return float("nan")


def cpu_of(process: int) -> float:
    """CPU seconds that a process has used; nan where /proc is not there."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return float("nan")


def busy_cpu() -> float:
    """CPU seconds that everything on this machine has used; nan where /proc is not there."""
    with contextlib.suppress(OSError):
        fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        return (sum(fields) - fields[3] - fields[4]) / os.sysconf("SC_CLK_TCK")  # less idle and iowait
    return float("nan")


def find_process(runs_dir: Path, word: bytes) -> int:
    """The process of a runs folder whose command has this word, found by its environment; 0 if none."""
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            mine = f"FMNIST_RUNS_DIR={runs_dir}\0".encode() in (folder / "environ").read_bytes()
            if mine and word in (folder / "cmdline").read_bytes():
                return int(folder.name)
    return 0


async def training_rate(store: RunStore, run_id: str, seconds: float) -> float:
    """Epochs per second of a training, by the clock on the wall, over at least so many seconds.

    Every fifth epoch also evaluates all training images: only whole turns of five can be compared.
    """

    async def epoch(number: int) -> float:
        while store.get(run_id).epochs < number:
            assert store.get(run_id).is_active, "the long training has ended: measure for a shorter time"
            await asyncio.sleep(0.1)
        return time.perf_counter()

    first = last = store.get(run_id).epochs + 1
    began = ended = await epoch(first)
    while ended - began < seconds:
        last += TRAIN_EVALUATION_EVERY
        ended = await epoch(last)
    return (last - first) / (ended - began)


async def watch_training(store: RunStore, run_id: str, seconds: float, server: int) -> dict[str, float]:
    """`training_rate`, and how many CPUs each kept busy meanwhile: the training, the server, this driver and
    programs that have nothing to do with it."""

    def used() -> np.ndarray:
        ours = [cpu_of(process) for process in (trainer, server, os.getpid())]
        return np.array([*ours, busy_cpu() - sum(ours)])

    trainer = find_process(store.path, b"fmnist_core.jobs.child_process")
    began, before = time.monotonic(), used()
    rate = await training_rate(store, run_id, seconds)
    shares = (used() - before) / (time.monotonic() - began)
    names = ("training", "server", "driver", "others")
    return {"epochs_per_second": round(rate, 4)} | {
        f"cpus_of_{name}": round(float(share), 2) for name, share in zip(names, shares, strict=True)
    }


async def asleep(browsers: list[Browser], watch: Watch, seconds: float) -> dict[str, float]:
    """What `watch` sees while these browsers ask for nothing; too short for the server to forget them."""
    for browser in browsers:
        browser.is_asleep = True
    await asyncio.sleep(1)
    seen = await watch(seconds)
    for browser in browsers:
        browser.is_asleep = False
    await asyncio.sleep(5)
    return seen


async def start(address: str, log: Log, query: str) -> None:
    """Start one run from a browser of its own."""
    browser = Browser(address, log, 0)
    await browser.open(query)
    if await browser.click("start a run", "start_training"):
        log.clicks += 1
    await browser.close()


async def measure(options, address: str, runs_dir: Path) -> dict:
    """The whole class; returns the figures."""
    store, log = RunStore(runs_dir), Log()
    store.settings.keep("million_images", "1000")  # the lecturer allows the long run
    process = find_process(runs_dir, b"streamlit")
    await start(address, log, "architecture=mlp-32&epochs=2&seed=1")  # a net that can name photos
    while store.runs(("queued", "running")):
        await asyncio.sleep(0.2)
    await start(address, log, f"architecture={options.architecture}&epochs=1000")
    (long_run,) = store.runs(("queued", "running"))
    browser = Browser(address, log, 0)
    await browser.open()
    await browser.rerun("turn a page", page="photo")
    await browser.upload("photo.jpg", photo(0), "first photo")  # a run learns then what is familiar to it
    await browser.close()
    await asyncio.sleep(2)

    async def watch(seconds: float) -> dict[str, float]:
        return await watch_training(store, long_run.run_id, seconds, process)

    alone, beside = [await watch(options.alone)], []
    until = time.monotonic() + options.seconds
    seeds, is_over = range(1, options.sessions + 1), asyncio.Event()
    if options.follow:
        browsers = [Browser(address, log, seed) for seed in seeds]
        crowd = asyncio.gather(*(follower(browser, is_over) for browser in browsers))
    else:
        query = "architecture=softmax-regression&epochs=1"
        crowd = asyncio.gather(*(student(options, address, log, seed, until, query) for seed in seeds))
    memory: list[tuple[float, float]] = []

    async def watch_memory() -> None:
        began = time.monotonic()
        while True:
            memory.append((time.monotonic() - began, memory_of(process)))
            await asyncio.sleep(1)

    watching = asyncio.create_task(watch_memory())
    await asyncio.sleep(min(20, options.seconds / 4))  # everybody has come in
    if options.follow:  # in turn, for a machine is not equally fast in two minutes
        while time.monotonic() < until:
            beside.append(await watch(options.alone))
            alone.append(await asleep(browsers, watch, options.alone))
        is_over.set()
    else:
        beside.append(await watch(0.4 * options.seconds))
        assert time.monotonic() < until, "five epochs took longer than the class: give more --seconds"
    await crowd
    watching.cancel()
    if not options.follow:
        await asyncio.sleep(3)
        alone.append(await watch(options.alone))
    store.request_stop(long_run.run_id)
    deadline = time.monotonic() + 120
    while store.runs(("queued", "running")) and time.monotonic() < deadline:
        await asyncio.sleep(0.5)
    runs = store.runs()
    warm = [size for moment, size in memory if moment >= min(60, options.seconds / 2)]
    slowed = [
        1 - one["epochs_per_second"] / ((before["epochs_per_second"] + after["epochs_per_second"]) / 2)
        for before, one, after in zip(alone, beside, alone[1:], strict=False)
    ]
    return {
        "sessions": options.sessions,
        "seconds": options.seconds,
        "seconds_between_clicks": options.pace,
        "architecture": options.architecture,
        "responses": log.summary(),
        "errors": len(log.errors),
        "first_errors": sorted(set(log.errors))[:5],
        "runs_started": log.clicks,
        "runs_stored": len(runs),
        "runs_not_completed": sum(run.status != "completed" for run in runs) - 1,
        "alone": alone,
        "beside": beside,
        "training_slowed_percent": round(100 * statistics.median(slowed), 1),
        "training_slowed_percents": [round(100 * share, 1) for share in slowed],
        "memory_mb_start_warm_end": [round(memory[0][1]), round(warm[0]), round(warm[-1])] if warm else None,
        "memory_growth_mb": round(float(np.mean(warm[-10:]) - np.mean(warm[:10])), 1) if warm else None,
        "memory_mb_of_training_process": round(
            memory_of(find_process(runs_dir, b"fmnist_core.jobs.child_process"))
        ),
        "megabytes_sent": round(log.bytes / 1e6, 1),
    }


def main(arguments: list[str] | None = None) -> dict:
    """Run it and return the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--alone", type=float, default=15.0, help="seconds of the training without a class")
    parser.add_argument("--architecture", default="mlp-deep", help="of the training beside it")
    parser.add_argument("--runs", type=int, default=2, help="runs that each student starts")
    parser.add_argument("--pace", type=float, default=20.0, help="seconds between two clicks of a student")
    parser.add_argument("--follow", action="store_true", help="only watch the training, on the Train page")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        runs_dir = Path(folder) / "runs"
        data, log = Path(folder) / "data", Path(folder) / "server.log"
        with running_server(runs_dir, data, log, FMNIST_PASSCODE=secrets.token_hex(8)) as address:
            figures = asyncio.run(measure(options, address, runs_dir))
        figures["server_log_errors"] = log.read_text(errors="replace").count("Traceback")
        if figures["server_log_errors"]:
            print(log.read_text(errors="replace")[-3000:], file=sys.stderr)
    return figures


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
