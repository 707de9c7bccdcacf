"""The command line: `python -m fmnist_core train | runs | predict | export | bench | lecture | score-photos`.

The same services as the pages. With --json: one JSON object a line on standard output, all else on standard
error. Exit status 0; 2 with one line on standard error for bad input; 1 for a training that failed; 130 after
Ctrl-C. Modules that import torch are imported where they are used: `runs` must answer at once.
"""

import argparse
import contextlib
import json
import sys
import threading
from pathlib import Path

from .base.config import SETTINGS, EpochResult, TrainConfig
from .base.errors import FmnistError
from .base.signals import stop_on_signals
from .base.streams import Stream, lasting_streams
from .base.terminal import Parser, ProgressBar, print_epoch_json, print_json, print_progress, print_result


def build_parser() -> argparse.ArgumentParser:
    """The command line's grammar."""
    parser = Parser(
        prog="python -m fmnist_core", description="Train, compare and understand image classifiers."
    )
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)

    train = commands.add_parser("train", help="train a run")
    for name, declared in SETTINGS.items():
        if declared.kind is bool:
            train.add_argument(_option(name), action=argparse.BooleanOptionalAction, help=declared.help)
        else:
            train.add_argument(_option(name), type=declared.kind, help=declared.option_help)
    train.add_argument("--name", help="a name for the run")
    train.add_argument("--resume", metavar="RUN_ID", help="go on with a stopped or interrupted run")
    train.add_argument("--ladder", action="store_true", help="the lecture's five nets, one after the other")
    train.add_argument("--json", action="store_true")
    train.set_defaults(function=command_train, only=["ladder"], save=False)

    runs = commands.add_parser("runs", help="list all runs")
    form = runs.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    form.add_argument("--csv", action="store_true")
    runs.set_defaults(function=command_runs)

    predict = commands.add_parser("predict", help="name what is in photos")
    predict.add_argument("images", nargs="+", metavar="IMAGE_OR_FOLDER")
    predict.add_argument("--run", metavar="RUN_ID", help="default: the model that comes with the project")
    predict.add_argument("--json", action="store_true")
    predict.set_defaults(function=command_predict)

    export = commands.add_parser("export", help="take a trained model along")
    export.add_argument("run_id", metavar="RUN_ID")
    export.add_argument("--format", required=True, help="pytorch | onnx | torchscript | script | report")
    export.add_argument("--output", required=True, type=Path, metavar="FILE", help="-: standard output")
    export.set_defaults(function=command_export)

    bench = commands.add_parser("bench", help="measure speed, as ratios of two things in one run")
    bench.add_argument("names", nargs="*", metavar="NAME")
    bench.add_argument("--json", action="store_true")
    bench.set_defaults(function=command_bench)
    bench.names = _benchmarks

    lecture = commands.add_parser("lecture", help="the lecture's trainings, beside its own figures")
    lecture.add_argument("--only", nargs="+", default=[], metavar="PART", help="default: all parts")
    lecture.names = _parts_of_the_lecture
    lecture.add_argument("--epochs", type=int, help="of each net of the ladder")
    lecture.add_argument(
        "--save", action="store_true", help="train nothing; put what is here into the package"
    )
    lecture.add_argument("--json", action="store_true")
    lecture.set_defaults(function=command_lecture, name=None, dataset=None)

    score = commands.add_parser("score-photos", help="score a run on photos sorted into class folders")
    score.add_argument("folder", type=Path)
    score.add_argument("--run", metavar="RUN_ID")
    score.add_argument("--json", action="store_true")
    score.set_defaults(function=command_score_photos)

    model = commands.add_parser("photo-model", help="make the photo model that comes with the project, again")
    model.add_argument("--photos", type=Path, required=True, help="class folders of photos to learn from")
    model.add_argument("--choose-by", type=Path, required=True, help="others, to choose the threshold by")
    model.add_argument("--measure", type=Path, help="class folders of pictures to score besides")
    model.add_argument("--run", metavar="RUN_ID", help="take this run, instead of training one")
    model.add_argument("--json", action="store_true")
    model.set_defaults(function=command_photo_model)
    return parser


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _benchmarks() -> str:
    from .bench import BENCHMARKS

    return f"NAME: {', '.join(BENCHMARKS)}"


def _parts_of_the_lecture() -> str:
    from .lecture.command import PARTS

    return f"PART: {', '.join(PARTS)}"


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
        options = build_parser().parse_args(arguments)
        return options.function(options) or 0
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
    from .runs import require_not_shipped

    if options.ladder and not options.resume:
        return command_lecture(options)
    store = _open_store()
    if options.resume:
        require_not_shipped(options.resume)
    run = store.get(options.resume) if options.resume else None
    config = run.config if run else _config(options)
    _check(config)
    with stop_on_signals() as stop:  # from before the run is queued: it must not be left in the queue
        if run is None:
            run_id = store.create(config, options.name, owner="command line")
        else:
            run_id = run.run_id
            if run.status != "queued":  # else it was killed before it began
                store.requeue(run_id)
        return _train(store, run_id, options.json, stop)


def _open_store():
    """The store, where nothing that a killed process left behind is said to be running."""
    from .runs import RunStore

    store = RunStore()
    store.mark_interrupted()
    return store


def _check(config: TrainConfig) -> None:
    """Bad settings and missing or damaged data are bad input: said before there is a run. Raises."""
    from . import jobs
    from .data import datasets

    jobs.check(config)
    datasets.load(config.dataset, print_progress)


def _config(options: argparse.Namespace) -> TrainConfig:
    from .base import recipes

    given = {name: getattr(options, name) for name in SETTINGS if getattr(options, name) is not None}
    return recipes.configure(given.pop("recipe", "custom"), **given)


def _train(store, run_id: str, as_json: bool, stop: threading.Event) -> int:
    from . import jobs

    show = print_epoch_json if as_json else ProgressBar(store.get(run_id).config.epochs)

    def show_if_possible(result: EpochResult) -> None:
        with contextlib.suppress(OSError):  # a full disk or a reader who has gone stops no training
            show(result)

    status = jobs.train_here(store, run_id, stop.is_set, show_if_possible, print_progress)
    run = store.get(run_id)
    with contextlib.suppress(OSError):
        print_result(run, status, as_json)
    if status == "failed":
        print(run.message, file=sys.stderr)
        return 1
    if status == "stopped":
        print(
            f"Stopped after epoch {run.epochs}. Go on with: python -m fmnist_core train --resume {run_id}",
            file=sys.stderr,
        )
    return 130 if status == "stopped" and stop.is_set() else 0


def command_lecture(options: argparse.Namespace) -> int:
    """Make the lecture's figures again, or put the reproduced ladder into the package."""
    from .lecture import command

    if options.save:
        return command.save()
    store = _open_store()

    def train(config: TrainConfig) -> int:
        _check(config)
        run_id = store.create(config, options.name, owner="command line")
        return _train(store, run_id, options.json, stop)

    given = {name: value for name in ("dataset", "epochs") if (value := getattr(options, name)) is not None}
    with stop_on_signals() as stop:
        return command.main(options.only, train, stop.is_set, options.json, **given)


def command_runs(options: argparse.Namespace) -> int:
    """List the runs, newest first, and last the one that comes with the project."""
    table = _open_store().table(shipped=True)
    if options.json:
        for row in json.loads(table.to_json(orient="records")):
            print_json(row)
        return 0
    if options.csv:
        from .base.spreadsheet import to_csv

        print(to_csv(table), end="")
        return 0
    if len(table):
        table["name"] += table["comes_with_project"].map({True: " (comes with the project)", False: ""})
        shown = table[["run_id", "name", "status", "dataset", "epochs", "test_accuracy", "seconds", "device"]]
        print(shown.to_string(index=False, float_format=lambda value: f"{value:.4f}", na_rep="–"))
    if table["comes_with_project"].all():
        print("Nothing has been trained here yet. Start with: python -m fmnist_core train", file=sys.stderr)
    return 0


def command_predict(options: argparse.Namespace) -> int:
    """Name what is on each image."""
    from .photos import naming

    return naming.main(options.images, options.run, options.json)


def command_export(options: argparse.Namespace) -> int:
    """Write a model or a report to a file."""
    from .results.export import export

    export(_open_store(), options.run_id, options.format, options.output)
    print(f"Wrote {options.output}", file=sys.stderr)
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
        _check(config)
        with stop_on_signals() as stop:
            run_id = store.create(config, making.NAME, owner="command line")
            code = _train(store, run_id, options.json, stop)
        if code:
            return code
    record = making.ship(store, run_id, options.photos, options.choose_by, options.measure)
    print_json(record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
