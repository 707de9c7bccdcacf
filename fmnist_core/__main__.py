"""The command line: `python -m fmnist_core train | find-rate | study | search | ...`.

The same services as the pages. With --json: one JSON object a line on standard output, all else on standard
error. Exit status 0; 2 with one line on standard error for bad input; 1 for a training that failed; 130 after
Ctrl-C. Modules that import torch are imported where they are used: `runs` must answer at once.
"""

import argparse
import contextlib
import signal
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from .base import recipes
from .base.arguments import build_parser, refuse_idle, refuse_ignored
from .base.config import SETTINGS, TrainConfig
from .base.errors import FmnistError, StorageError
from .base.files import opened
from .base.messages import Message
from .base.signals import stop_on_signals
from .base.streams import Stream, lasting_streams
from .base.terminal import print_json


def _names(command: str) -> str:
    """What a command can be asked for, for the end of its help."""
    if command == "bench":
        from .bench import BENCHMARKS

        return f"NAME: {', '.join(BENCHMARKS)}"
    if command == "lecture":
        from .lecture.command import PARTS

        return f"PART: {', '.join(PARTS)}"
    from .jobs import at_the_terminal

    return at_the_terminal.names_of_values(command)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    with lasting_streams() as output:
        status = _run(arguments, output)
        with contextlib.suppress(OSError):
            output.flush()
        if output.loss:
            print(f"Standard output cannot be written: {output.loss}.", file=sys.stderr)
            return status or 1
    return status


def _run(arguments: list[str] | None, output: Stream) -> int:
    try:
        options = build_parser(_names).parse_args(arguments)
        return COMMANDS[options.command](options) or 0
    except SystemExit as end:  # of the parser
        return int(end.code or 0)
    except FmnistError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        if error is output.error:
            return 0
        print(f"{error.filename}: {error.strerror}" if error.filename else error, file=sys.stderr)
        return 2


def command_train(options: argparse.Namespace) -> int:
    """Train one run, resume one, or climb the ladder."""
    from .runs import longer, require_not_shipped

    if options.ladder:
        refuse_ignored(options, "--ladder", ("dataset", "epochs", "name"))
        return command_lecture(options)
    store = _open_store()
    if options.resume:
        require_not_shipped(options.resume)
    run = store.get(options.resume) if options.resume else None
    if run:
        refuse_ignored(options, "--resume")
    if options.longer:
        refuse_ignored(options, "--longer", longer.CHANGED)
        config = longer.longer_config(store.get(options.longer), **_given(options))
    else:
        config = run.config if run else _config(options)
    _check(store, config)
    with stop_on_signals() as stop:  # from before the run is queued: it must not be left in the queue
        if options.longer:
            run_id = longer.train_longer(store, options.longer, config, owner="command line")
        elif run is None:
            run_id = store.create(config, options.name, owner="command line")
        else:
            run_id = run.run_id
            if run.status != "queued":  # else it was killed before it began
                store.requeue(run_id)
        return _train(store, run_id, options.json, stop)


def command_study(options: argparse.Namespace) -> int:
    """Train a study, or go on with one."""
    from .jobs import study_command

    store = _open_store()
    if options.resume:
        refuse_ignored(options, "--resume")
    study_id = options.resume or study_command.create(
        store, _config(options), options.vary, options.seeds, options.name, partial(_check, store)
    )
    return _train_all(study_command.main, store, study_id, options.json)


def command_search(options: argparse.Namespace) -> int:
    """Make the trials of a search, or go on with one."""
    from .jobs import search_command

    store = _open_store()
    if options.resume:
        refuse_ignored(options, "--resume")
    budget = options.trials, options.minutes, options.prune
    study_id = options.resume or search_command.create(
        store, _config(options), options.vary, *budget, options.name, partial(_check, store)
    )
    return _train_all(search_command.main, store, study_id, options.json)


def _train_all(main: Callable[..., int], store, study_id: str, as_json: bool) -> int:
    with stop_on_signals() as stop:

        def train(run_id: str) -> int:
            return _train(store, run_id, as_json, stop)

        return main(store, study_id, train, stop.is_set, as_json)


def command_find_rate(options: argparse.Namespace) -> int:
    """Suggest a learning rate for these settings."""
    from .jobs import rate_command

    with stop_on_signals() as stop:
        return rate_command.main(_config(options), stop.is_set, options.json)


def _open_store():
    """The store; runs that a killed process left behind are marked as interrupted, and lost ones are told."""
    from .runs import RunStore

    store = RunStore()
    with contextlib.suppress(StorageError):  # on a full disk: then they are read as interrupted
        store.mark_interrupted()
    if lost := store.lost_runs():
        print(lost, file=sys.stderr)
    return store


def _check(store, config: TrainConfig) -> None:
    from .jobs import at_the_terminal

    at_the_terminal.load_and_check(store, config)


def _train(store, run_id: str, as_json: bool, stop: threading.Event) -> int:
    from .jobs import at_the_terminal

    return at_the_terminal.train(store, run_id, as_json, stop)


def _config(options: argparse.Namespace) -> TrainConfig:
    given = _given(options)
    config = recipes.configure(given.pop("recipe", "custom"), **given)
    refuse_idle(options, config)
    return config


def _given(options: argparse.Namespace) -> dict[str, Any]:
    """The settings that the command line names."""
    return {name: getattr(options, name) for name in SETTINGS if getattr(options, name) is not None}


def command_lecture(options: argparse.Namespace) -> int:
    """Make the lecture's figures again, or put the reproduced ladder into the package."""
    from .lecture import command

    if options.save:
        return command.save()
    store = _open_store()

    def train(config: TrainConfig) -> int:
        _check(store, config)
        run_id = store.create(config, options.name, owner="command line")
        return _train(store, run_id, options.json, stop)

    given = {name: value for name in ("dataset", "epochs") if (value := getattr(options, name)) is not None}
    with stop_on_signals() as stop:
        return command.main(options.only, train, stop.is_set, options.json, **given)


def command_runs(options: argparse.Namespace) -> int:
    """List the runs, newest first, and last the one that comes with the project."""
    from .runs import listing

    return listing.main(_open_store(), options.json, options.csv)


def command_predict(options: argparse.Namespace) -> int:
    """Name what is on each image."""
    from .photos import naming

    return naming.main(options.images, options.run, options.json)


def command_export(options: argparse.Namespace) -> int:
    """Write a model, a report or the figures of runs to a file."""
    from .results.export import export

    export(_open_store(), options.ids, options.format, options.output)
    if str(options.output) != "-":
        print(f"Wrote {options.output}", file=sys.stderr)
    return 0


def command_pack(options: argparse.Namespace) -> int:
    """Write runs, or a study, into one file."""
    from .runs import archive

    count = archive.pack(_open_store(), options.ids, options.output)
    print(Message("Wrote {count} run(s) to {path}", count=count, path=options.output), file=sys.stderr)
    return 0


def command_unpack(options: argparse.Namespace) -> int:
    """Add the runs of a packed file to the store."""
    from .runs import archive

    store = _open_store()
    with opened(options.file) as file:
        run_ids, study = archive.read_archive(store, file, owner="command line")
    copies = archive.copies(store, run_ids)
    if options.json:
        print_json({"runs": run_ids, "study": study or None, "copies": copies})
    else:
        print(Message("{count} run(s)", count=len(run_ids)) + (f", study {study}" if study else ""))
        print(*(f"{i}  {store.get(i).name}{archive.COPY if i in copies else ''}" for i in run_ids), sep="\n")
    return 0


def command_bench(options: argparse.Namespace) -> int:
    """Run the named benchmarks and print a table."""
    from . import bench

    return bench.main(options.names, options.json)


def command_score_photos(options: argparse.Namespace) -> int:
    """Score a folder of photos."""
    from .photos import scoring

    return scoring.main(options.folder, options.run, options.json)


def command_photo_model(options: argparse.Namespace) -> int:
    """Train the photo model, unless a run is named, and put it into the package."""
    from .photos import making

    store = _open_store()
    run_id = options.run
    if run_id is None:
        config = making.configure(options.photos)
        _check(store, config)
        with stop_on_signals() as stop:
            run_id = store.create(config, making.NAME, owner="command line")
            code = _train(store, run_id, options.json, stop)
        if code:
            return code
    print_json(making.ship(store, run_id, options.photos, options.choose_by, options.measure))
    return 0


COMMANDS = {
    "train": command_train,
    "find-rate": command_find_rate,
    "study": command_study,
    "search": command_search,
    "runs": command_runs,
    "predict": command_predict,
    "export": command_export,
    "pack": command_pack,
    "unpack": command_unpack,
    "bench": command_bench,
    "lecture": command_lecture,
    "score-photos": command_score_photos,
    "photo-model": command_photo_model,
}

if __name__ == "__main__":
    status = main()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # at this point Python would die of it
    sys.exit(status)
