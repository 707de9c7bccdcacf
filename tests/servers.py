"""Dashboards that the browser tests drive."""

import multiprocessing
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

ROOT = Path(__file__).parent.parent
START_SECONDS = 90

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["server_imports"])


_ports: list[int] = []
"""Of servers that have ended, to be used again: the browser has compiled the scripts of their addresses."""


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", _ports.pop() if _ports else 0))
        except OSError:  # it is somebody else's now
            probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running_server(
    runs_dir: Path, data_dir: Path, log: Path, listens_to: str = "127.0.0.1", **environment: str
) -> Iterator[str]:
    """The dashboard on a free port, as the README starts it; yields its address and ends it afterwards."""
    port = free_port()
    with open(log, "wb") as output:  # a file: a pipe that nobody empties would block the server
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", *_arguments(port, listens_to)],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(runs_dir, data_dir, environment),
        )
    try:
        yield _wait_until_healthy(port, lambda: process.poll() is None, log)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def forked_server(
    runs_dir: Path,
    data_dir: Path,
    log: Path,
    listens_to: str = "127.0.0.1",
    change: Callable[[], None] | None = None,
    **environment: str,
) -> Iterator[str]:
    """As `running_server`, from a process that has imported torch and the like, which is most of the work.

    change: called in that process before the dashboard starts.
    """
    port = free_port()
    settings = _environment(runs_dir, data_dir, environment)
    process = start_forked(_serve, _arguments(port, listens_to), settings, log, change)
    try:
        yield _wait_until_healthy(port, process.is_alive, log)
    finally:
        process.terminate()
        process.join(20)
        if process.is_alive():
            process.kill()
            process.join()
        _ports.append(port)


def start_forked(target: Callable[..., None], *arguments: object) -> BaseProcess:
    """A process that has imported what `server_imports` imports, and calls `target`."""
    process = _forks.Process(target=target, args=arguments, daemon=True)
    # Else it would begin with the main module, which is app.py where a test has opened a page before.
    # And the process that imports first knows no path of pytest's: it would find nothing, and say nothing.
    paths = os.pathsep.join((str(ROOT), str(ROOT / "tests")))
    with (
        patch.dict(sys.modules, {"__main__": ModuleType("__main__")}),
        patch.dict(os.environ, {"PYTHONPATH": paths}),
    ):
        process.start()
    return process


def tell_imported(answers: Connection) -> None:
    """Send the names of the modules that this process has imported."""
    answers.send(sorted(sys.modules))


def _serve(
    arguments: list[str], environment: dict[str, str], log: Path, change: Callable[[], None] | None
) -> None:
    from streamlit.web import cli

    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    sys.argv = ["streamlit", *arguments]
    if change is not None:
        change()
    cli.main()


def _arguments(port: int, listens_to: str) -> list[str]:
    options = {"port": str(port), "headless": "true", "address": listens_to}
    return ["run", "app.py", *(f"--server.{name}={value}" for name, value in options.items())]


def _environment(runs_dir: Path, data_dir: Path, more: dict[str, str]) -> dict[str, str]:
    return {**os.environ, "FMNIST_RUNS_DIR": str(runs_dir), "FMNIST_DATA_DIR": str(data_dir), **more}


def _wait_until_healthy(port: int, is_alive: Callable[[], bool], log: Path) -> str:
    """The server's address, as soon as it answers."""
    address = f"http://127.0.0.1:{port}"
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and is_alive():
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return address
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the dashboard did not start:\n{log.read_text(encoding='utf-8', errors='replace')}")
