"""Do the tests notice when the code is wrong? Changes it in one place at a time and runs that line's tests.

    python -m pip install coverage
    python tests/mutate.py --sample 40 --seed 1 --only results

First a map is made of which test executes which line, with coverage.py. That takes twice as long as the
tests do; the map is kept in `--folder`, and what has not changed is not looked at again. Then a mutant takes
2 to 60 seconds of a core. Each runs in a forked process, on a copy of the project in that folder, with
temporary files of its own and without a network. Browser tests are left out: they are slow.

A mutant is killed when a test fails, when tests cannot be imported, or when they take far longer than before.
Of the tests that execute its line the fastest run first, `--seconds` of them at most.
"""

import argparse
import compileall
import contextlib
import gc
import hashlib
import importlib
import json
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

os.environ["OMP_NUM_THREADS"] = "1"  # before torch is imported

import pytest
from mutants import FOLDERS, ROOT, Mutant, find, sample

PRELOADED = (
    *("cv2", "filelock", "hypothesis", "jinja2", "numpy", "optuna", "pandas", "PIL.Image", "plotly.io"),
    *("safetensors.torch", "scipy.optimize", "scipy.special", "sklearn.linear_model", "streamlit.testing.v1"),
    *("torch", "torchvision"),
)
TIMED_OUT, NOT_EXECUTED = 200, 201
NOTICED = {1: "killed", 2: "killed", 4: "killed", TIMED_OUT: "timed out"}
WAYS = NOTICED | {0: "lived", NOT_EXECUTED: "not executed"}
"""By the exit status of pytest, 2 and 4 where tests cannot be imported; any other needs a look."""
MAP_SECONDS = 600


class Recorder:
    """A pytest plugin: which test executes which line, in its child processes too, and how long it takes."""

    def __init__(self, slot: "Slot") -> None:
        import coverage

        self.seconds, self.failed = Counter[str](), set[str]()
        scratch, settings = slot.scratch, slot.scratch / "coveragerc"
        settings.write_text(
            f"[run]\nsource = {slot.project / 'fmnist_core'}\ndata_file = {scratch / 'lines'}\n"
            "parallel = true\ncontext = ${MUTATED_TEST}\npatch = _exit\n"
        )
        (scratch / "sitecustomize.py").write_text("import coverage; coverage.process_startup()\n")
        self.coverage = coverage.Coverage(config_file=str(settings))
        self.coverage.start()
        os.environ["COVERAGE_PROCESS_START"] = str(settings)
        os.environ["PYTHONPATH"] = f"{scratch}{os.pathsep}{Path(coverage.__file__).parent.parent}"

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        os.environ["MUTATED_TEST"] = item.nodeid
        self.coverage.switch_context(item.nodeid)
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration
        if not report.passed:
            self.failed.add(report.nodeid)

    def save(self, target: Path) -> None:
        self.coverage.stop()
        self.coverage.save()
        self.coverage.combine()
        data, lines = self.coverage.get_data(), {}
        for path in data.measured_files():
            name = path[path.rindex("fmnist_core/") :]
            lines[name] = {line: tests for line, tests in data.contexts_by_lineno(path).items() if any(tests)}
        good = {test: seconds for test, seconds in self.seconds.items() if test not in self.failed}
        target.write_text(json.dumps({"seconds": good, "lines": lines}))


class Chosen:
    """A pytest plugin: run these tests only, in this order."""

    def __init__(self, tests: list[str]) -> None:
        self.place = {test: place for place, test in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self.place), key=lambda i: self.place[i.nodeid])


class Slot:
    """A copy of the project, in which one process at a time runs tests."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.project, self.scratch = folder, folder / "project", folder / "scratch"
        self.changed = ""
        shutil.rmtree(folder, ignore_errors=True)
        ignored = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis", "runs.db")
        shutil.copytree(ROOT, self.project, ignore=ignored)
        compileall.compile_dir(self.project, quiet=2)

    def change(self, mutant: Mutant | None) -> None:
        """Turn the copy into the mutant, or back; Python sees by its time that a file has changed."""
        if self.changed:
            shutil.copy2(ROOT / self.changed, self.project / self.changed)
        self.changed = mutant.path if mutant else ""
        if mutant:
            source = (ROOT / mutant.path).read_bytes()
            text = source[: mutant.first] + mutant.text.encode() + source[mutant.last :]
            (self.project / mutant.path).write_bytes(text)

    def fork(self, work: Callable[["Slot"], int]) -> int:
        """Start `work` in a process whose temporary files are its own; its id."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir()
        if pid := os.fork():
            return pid
        code = 99
        try:
            os.setsid()  # it ends with all the processes that it starts
            resource.setrlimit(resource.RLIMIT_FSIZE, (2**31, 2**31))
            output = os.open(self.folder / "output", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(output, 1)
            os.dup2(output, 2)
            for name in ("HOME", "TMPDIR", "PYTEST_DEBUG_TEMPROOT"):
                os.environ[name] = str(self.scratch)
            nowhere = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
            os.environ |= nowhere | {"no_proxy": "localhost,127.0.0.1"}
            tempfile.tempdir = None
            sys.path.pop(0)  # this script's own folder
            os.chdir(self.project)
            code = int(work(self))
        finally:
            os._exit(code)


class Job(NamedTuple):
    seconds: float
    work: Callable[[Slot], int]
    mutant: Mutant | None = None


def run_all(slots: list[Slot], jobs: list[Job], ended: Callable[[int, int], None]) -> None:
    """One process a slot, until it ends or its seconds are over; `ended` gets its place and exit status."""
    waiting, free, running = enumerate(jobs), list(slots), {}
    try:
        while True:
            while free and (following := next(waiting, None)):
                place, job = following
                slot = free.pop()
                slot.change(job.mutant)
                running[slot.fork(job.work)] = place, slot, time.monotonic() + job.seconds
            if not running:
                return
            time.sleep(0.05)
            for pid, (place, slot, end) in list(running.items()):
                has_ended, status = os.waitpid(pid, os.WNOHANG)
                if has_ended or time.monotonic() > end:
                    _end(pid)
                    del running[pid]
                    free.append(slot)
                    ended(place, os.waitstatus_to_exitcode(status) if has_ended else TIMED_OUT)
    finally:
        for pid in running:
            _end(pid)


def _end(pid: int) -> None:
    """End a process and all that it has started."""
    with contextlib.suppress(ProcessLookupError, ChildProcessError):  # it has ended, and been waited for
        os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def run_pytest(arguments: list[str], plugin: object) -> int:
    given = "-q -o addopts= -p no:cacheprovider -W ignore::pytest.PytestAssertRewriteWarning"
    return pytest.main([*given.split(), *arguments], plugins=[plugin])


def make_map(path: str, target: Path) -> Callable[[Slot], int]:
    def work(slot: Slot) -> int:
        recorder = Recorder(slot)
        code = run_pytest(["-m", "not browser and not gpu", path], recorder)
        recorder.save(target)
        return code

    return work


def run_tests(tests: list[str]) -> Callable[[Slot], int]:
    def work(slot: Slot) -> int:
        sys.dont_write_bytecode = True
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
        return run_pytest(["-x", *dict.fromkeys(test.split("::")[0] for test in tests)], Chosen(tests))

    return work


class Map:
    """Which tests execute a line, and the seconds that each takes."""

    def __init__(self, folder: Path, slots: list[Slot], names: list[str]) -> None:
        self.seconds: dict[str, float] = {}
        self.lines: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        code = _digest((ROOT / "fmnist_core").rglob("*.py"))
        files = [path for name in names for path in sorted((ROOT / "tests").glob(f"test_{name}.py"))]
        maps = {path: folder / f"{path.stem}-{_digest([path])}-{code}.json" for path in files}
        missing = [path for path in files if not maps[path].exists()]
        jobs = [Job(MAP_SECONDS, make_map(f"tests/{path.name}", maps[path])) for path in missing]
        run_all(slots, jobs, lambda place, status: print(f"map: {missing[place].name} {status}", flush=True))
        for path in filter(Path.exists, maps.values()):
            found = json.loads(path.read_text())
            self.seconds |= found["seconds"]
            for name, lines in found["lines"].items():
                for line, tests in lines.items():
                    self.lines[name][line].update(tests)

    def tests_of(self, mutant: Mutant, seconds: float) -> list[str]:
        """The fastest first, those of a file together; of what runs at import, all that use the file."""
        lines = self.lines[mutant.path]
        chosen = lines if mutant.lines is None else map(str, mutant.lines)
        tests = set().union(*(lines[line] for line in chosen if line in lines)) & self.seconds.keys()
        files: dict[str, list[str]] = defaultdict(list)
        for test in sorted(tests, key=self.seconds.__getitem__):
            seconds -= self.seconds[test]
            if seconds > 0 or not files:
                files[test.split("::")[0]].append(test)
        of_file = {file: sum(map(self.seconds.__getitem__, tests)) for file, tests in files.items()}
        return [test for file in sorted(files, key=of_file.__getitem__) for test in files[file]]


def _digest(paths: Iterable[Path]) -> str:
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(paths))).hexdigest()[:16]


def score(ways: list[str]) -> str:
    """The share that was noticed, with its 95 % interval (Wilson)."""
    count, noticed, z = len(ways), sum(way in NOTICED.values() for way in ways), 1.96
    share = noticed / count
    centre, scale = share + z * z / (2 * count), 1 + z * z / count
    half = z * (share * (1 - share) / count + (z / (2 * count)) ** 2) ** 0.5
    low, high = (100 * (centre + sign * half) / scale for sign in (-1, 1))
    return f"{noticed} of {count} noticed, {100 * share:.0f} % ({low:.0f} to {high:.0f})"


def main() -> None:
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    parser.add_argument("--sample", type=int, metavar="N", help="so many mutants, drawn at random; else all")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of the draw")
    parser.add_argument("--only", nargs="+", choices=FOLDERS, default=FOLDERS, help="folders of fmnist_core")
    parser.add_argument("--tests", nargs="+", default=["*"], help="test files without `test_` and `.py`")
    parser.add_argument("--seconds", type=float, default=30, help="of tests for a mutant at most")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "fmnist-mutants")
    asked = parser.parse_args()
    for module in PRELOADED:
        importlib.import_module(module)
    gc.freeze()
    asked.folder.mkdir(exist_ok=True)
    slots = [Slot(asked.folder / f"slot{number}") for number in range(asked.processes)]
    known = Map(asked.folder, slots, asked.tests)

    found = find(asked.only)
    drawn = sample(found, asked.sample or len(found), asked.seed)
    chosen = [known.tests_of(mutant, asked.seconds) for mutant in drawn]
    jobs = []
    for mutant, tests in zip(drawn, chosen, strict=True):
        work = run_tests(tests) if tests else lambda slot: NOT_EXECUTED
        jobs.append(Job(60 + 5 * sum(map(known.seconds.__getitem__, tests)), work, mutant))
    ways: dict[str, list[str]] = defaultdict(list)

    def ended(place: int, status: int) -> None:
        mutant, way = drawn[place], WAYS.get(status, f"exit status {status}")
        ways[mutant.folder].append(way)
        count = len(chosen[place])
        print(f"{way:<12} {mutant.path}:{mutant.line}  {mutant.change}  ({count} tests)", flush=True)

    with contextlib.suppress(KeyboardInterrupt):  # what was found so far is said
        run_all(slots, jobs, ended)
    everything = [way for of_it in ways.values() for way in of_it]
    print(f"\n{len(drawn)} of {len(found):,} mutants: {dict(Counter(everything))}")
    for folder, of_it in (ways | {"all": everything}).items():
        print(f"{folder:<9} {score(of_it)}")


if __name__ == "__main__":
    main()
