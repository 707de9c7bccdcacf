"""Kill a training at random moments, many times: `python tests/kills.py [--kills 100] [--seed 0]`.

Each round queues a run in a process of its own (the real queue, on a small data set that this script writes),
kills it with SIGKILL after a random time, and checks that the store opens, that every epoch which had been
shown is still there, that the run is found `interrupted`, and that it resumes. Runs are killed again and
again until they finish; then their weights and curves must be, bit for bit, those of a run never killed.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from helpers import KMNIST, ROOT, train_here, write_small_set
from sameness import same, shown

from fmnist_core.base.config import TrainConfig
from fmnist_core.runs import RunStore, checkpoints

CONFIG = KMNIST.replace(epochs=40, augmentation="shift")


SERVER = """
import time
import torch
from fmnist_core.jobs import TrainingQueue
from fmnist_core.runs import RunStore
torch.set_num_threads(1)
store = RunStore()
queue = TrainingQueue(store)
queue.start()
print("ready", flush=True)
while store.runs(("queued", "running")):
    time.sleep(0.02)
queue.close()
"""
"""The process that will be killed: trains whatever is queued, until nothing is."""


def run_and_kill(after: float | None) -> bool:
    """Start the process and kill it `after` seconds (None: let it end); whether it was killed."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        process.stdout.readline()  # "ready"
        try:
            process.wait(after)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            return True
    return False


def main(kills: int, seed: int, config: TrainConfig = CONFIG, longest: float = 1.5) -> dict:
    """Returns what happened; raises `AssertionError` where something was lost."""
    generator = random.Random(seed)
    reference = RunStore().create(config, "never killed")
    store = RunStore()
    train_here(store, reference)
    assert store.get(reference).status == "completed"
    whole = checkpoints.load(store.checkpoint_path(reference))[0]
    done = finished = resumed = 0
    run_id = None
    while done < kills or run_id is not None:
        if run_id is None:
            run_id = store.create(config, f"killed {finished}")
        before = shown(store, run_id)
        # After the last kill the run may go on to its end.
        was_killed = run_and_kill(generator.uniform(0.0, longest) if done < kills else None)
        done += was_killed
        store = RunStore()  # opens, or raises
        store.mark_interrupted()
        after = shown(store, run_id)
        assert after[: len(before)] == before, "an epoch that was shown is lost"
        status = store.get(run_id).status
        if status == "interrupted":
            store.requeue(run_id)
            resumed += 1
        elif status == "completed":
            assert after == shown(store, reference), "the curves differ from those of a run never killed"
            state = checkpoints.load(store.checkpoint_path(run_id))[0]
            assert same(state, whole), "the weights differ from those of a run never killed"
            finished += 1
            run_id = None
        else:
            assert status == "queued", f"the run is {status}: {store.get(run_id).message}"
    leftovers = [path.name for path in store.path.rglob(".*.tmp")]
    assert leftovers == [], leftovers
    return {"kills": done, "resumed": resumed, "finished": finished}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FMNIST_RUNS_DIR"] = f"{folder}/runs"
        os.environ["FMNIST_DATA_DIR"] = f"{folder}/data"
        write_small_set(train=1000, folder=Path(folder) / "data")
        began = time.monotonic()
        print(main(options.kills, options.seed) | {"seconds": round(time.monotonic() - began)})
