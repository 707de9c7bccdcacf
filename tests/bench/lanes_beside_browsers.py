"""Small runs in all lanes, and one at a time, while twenty browsers watch: runs an hour.

`python tests/bench/lanes_beside_browsers.py [--browsers 20] [--net mlp-32]`: two dashboards take turns, one
with a lane for each core, one with a single lane. Not collected by pytest.
"""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from browser_sessions import Browser, Log
from servers import running_server

from fmnist_core.base import recipes
from fmnist_core.bench.measurement import machine
from fmnist_core.jobs.lanes import lanes
from fmnist_core.runs import RunStore

RUNS, TURNS = 8, 3


async def runs_per_hour(folder: Path, address: str, net: str, browsers: int) -> float:
    """Of `RUNS` runs of three epochs, while the browsers stay on the Train page of this server."""
    log, store = Log(), RunStore(folder)
    sessions = [Browser(address, log, seed) for seed in range(browsers)]
    for session in sessions:
        await session.open()
    for count in (lanes(), RUNS):  # processes are started, and the precision is chosen, before it counts
        began = time.perf_counter()
        for seed in range(count):
            store.create(recipes.configure("lecture", architecture=net, epochs=3, seed=seed, device="cpu"))
        while store.runs(("queued", "running")):
            await asyncio.sleep(0.1)
        seconds = time.perf_counter() - began
    for session in sessions:
        await session.close()
    assert not log.errors, log.errors[0]
    return 3600 * RUNS / seconds


def main(net: str, browsers: int) -> None:
    """Measure in turns, and print the medians."""
    print(", ".join(f"{name} {value}" for name, value in machine().items()))
    count = lanes()
    found: dict[int, list[float]] = {count: [], 1: []}
    for turn in range(TURNS + 1):
        for number, rates in found.items():
            with tempfile.TemporaryDirectory() as folder:
                runs, data, log = (Path(folder) / name for name in ("runs", "data", "server.log"))
                with running_server(runs, data, log, FMNIST_LANES=str(number)) as address:
                    rate = asyncio.run(runs_per_hour(runs, address, net, browsers))
            if turn:  # in the first one files are read from the disk
                rates.append(rate)
    many, one = (statistics.median(rates) for rates in found.values())
    print(f"{net}: {many:,.0f} runs an hour in {count} lanes, {one:,.0f} in one: {many / one:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--net", default="mlp-32")
    parser.add_argument("--browsers", type=int, default=20)
    options = parser.parse_args()
    main(options.net, options.browsers)
