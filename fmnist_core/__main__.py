"""The command line: `python -m fmnist_core train | runs | predict | export | bench | lecture | score-photos`.

The same services as the pages. With --json: one JSON object a line on standard output, all else on standard
error. Exit status 0; 2 with one line on standard error for bad input; 1 for a training that failed; 130 after
Ctrl-C. Modules that import torch are imported where they are used: `runs` must answer at once.
"""

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from .base.config import SETTINGS, TrainConfig
from .base.errors import FmnistError
from .base.messages import percent
from .base.settings import Setting
from .base.terminal import Parser, ProgressBar, print_epoch_json, print_json, print_progress


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
            train.add_argument(_option(name), type=declared.kind, help=_option_help(declared))
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
    export.add_argument("--output", required=True, type=Path, metavar="FILE")
    export.set_defaults(function=command_export)

    bench = commands.add_parser("bench", help="measure speed, as ratios of two things in one run")
    bench.add_argument("names", nargs="*", metavar="NAME")
    bench.add_argument("--json", action="store_true")
    bench.set_defaults(function=command_bench)

    lecture = commands.add_parser("lecture", help="the lecture's trainings, beside its own figures")
    lecture.add_argument(
        "--only", nargs="+", default=[], metavar="PART", help="small trainings, nets or ladder"
    )
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


def _option_help(declared: Setting) -> str:
    choices = f" {' | '.join(declared.choices)}" if declared.choices else ""
    return (declared.help + choices + (", joined by +" if declared.joined else "")).replace("%", "%%")


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = build_parser().parse_args(arguments)
    try:
        return options.function(options) or 0
    except FmnistError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:  # `... | head` has seen enough
        sys.stderr.close()
        return 0


def command_train(options: argparse.Namespace) -> int:
    """Train one run, resume one, or climb the ladder."""
    from .runs import RunStore, require_not_shipped

    if options.ladder and not options.resume:
        return command_lecture(options)
    store = RunStore()
    stop = _stop_on_signals()
    if options.resume:
        require_not_shipped(options.resume)
        _check(store.get(options.resume).config)
        store.requeue(options.resume)
        return _train(store, options.resume, options.json, stop)
    config = _config(options)
    _check(config)
    return _train(store, store.create(config, options.name, owner="command line"), options.json, stop)


def _stop_on_signals() -> threading.Event:
    """Set by Ctrl-C and by SIGTERM, so that a training stops cleanly."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _check(config: TrainConfig) -> None:
    """Bad settings and missing or damaged data are bad input: said before there is a run. Raises."""
    from . import jobs
    from .data import datasets

    jobs.check(config)
    datasets.load(config.dataset, print_progress)


def _config(options: argparse.Namespace) -> TrainConfig:
    from .training import recipes

    given = {name: getattr(options, name) for name in SETTINGS if getattr(options, name) is not None}
    return recipes.configure(given.pop("recipe", "custom"), **given)


def _train(store, run_id: str, as_json: bool, stop: threading.Event) -> int:
    from . import jobs

    epochs = store.get(run_id).config.epochs
    show = print_epoch_json if as_json else ProgressBar(epochs)
    status = jobs.train_here(store, run_id, stop.is_set, show, print_progress)
    run = store.get(run_id)
    if as_json:
        names = ("test_accuracy", "train_accuracy", "validation_accuracy", "parameters", "seconds")
        values = {name: getattr(run, name) for name in (*names, "device", "precision", "message")}
        print_json({"run_id": run_id, "name": run.name, "status": status} | values)
    elif status == "completed":
        print(f"{run.name}: {percent(run.test_accuracy, 2)} of {run.test_count:,} test images, run {run_id}")
    if status == "failed":
        print(run.message, file=sys.stderr)
        return 1
    if status == "stopped" and stop.is_set():
        print(
            f"Stopped after epoch {run.epochs}. Go on with: python -m fmnist_core train --resume {run_id}",
            file=sys.stderr,
        )
        return 130
    return 0


def command_lecture(options: argparse.Namespace) -> int:
    """Make the lecture's figures again, or put the reproduced ladder into the package."""
    from .lecture import command
    from .runs import RunStore

    if options.save:
        return command.save()
    store, stop = RunStore(), _stop_on_signals()

    def train(config: TrainConfig) -> int:
        _check(config)
        return _train(store, store.create(config, options.name, owner="command line"), options.json, stop)

    given = {name: value for name in ("dataset", "epochs") if (value := getattr(options, name)) is not None}
    return command.main(options.only, train, stop.is_set, options.json, **given)


def command_runs(options: argparse.Namespace) -> int:
    """List the runs, newest first, and last the one that comes with the project."""
    from .runs import RunStore

    table = RunStore().table(shipped=True)
    if options.json:
        for row in json.loads(table.to_json(orient="records")):
            print_json(row)
        return 0
    if options.csv:
        print(table.to_csv(index=False), end="")
        return 0
    if len(table):
        table["name"] += table["comes_with_project"].map({True: " (comes with the project)", False: ""})
        shown = table[["run_id", "name", "status", "dataset", "epochs", "test_accuracy", "seconds", "device"]]
        print(shown.to_string(index=False, float_format=lambda value: f"{value:.4f}", na_rep="–"))
    if table["comes_with_project"].all():
        print("Nothing has been trained here yet. Start with: python -m fmnist_core train", file=sys.stderr)
    return 0


def command_predict(options: argparse.Namespace) -> int:
    """Name what is on each image; an image that cannot be read gets a line with its error."""
    from . import photos
    from .runs import RunStore, stored_models

    store = RunStore()
    run_id = options.run or stored_models.default_run(store).run_id
    loaded = stored_models.load_model(store, run_id)
    paths = photos.find_images(options.images)
    failed = 0
    for path in paths:
        try:
            answer = photos.read(photos.read_file(path), loaded)
            row = {"image": str(path), **answer.to_dict()}
        except FmnistError as error:
            failed += 1
            row = {"image": str(path), "error": str(error)}
        if options.json:
            print_json(row)
        elif "error" in row:
            named = row["error"].startswith(str(path))  # the error of a file begins with its path
            print(row["error"] if named else f"{path}: {row['error']}", file=sys.stderr)
        else:
            name, sure = row["class_name"], percent(row["confidence"], 2)
            known = row["in_distribution"]
            print(f"{path}: {f'{name}, {sure} sure' if known else f'none of its classes (nearest: {name})'}")
    return 2 if failed == len(paths) else 0


def command_export(options: argparse.Namespace) -> int:
    """Write a model or a report to a file."""
    from .results.export import export
    from .runs import RunStore

    export(RunStore(), options.run_id, options.format, options.output)
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
    from .runs import RunStore

    store = RunStore()
    run_id = options.run
    if run_id is None:
        config = making.configure(options.photos)
        _check(config)
        run_id = store.create(config, making.NAME, owner="command line")
        code = _train(store, run_id, options.json, _stop_on_signals())
        if code:
            return code
    record = making.ship(store, run_id, options.photos, options.choose_by, options.measure)
    print_json(record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
