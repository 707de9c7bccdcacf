"""The grammar of the command line: commands, and an option for each setting of a training."""

import argparse
from collections.abc import Callable, Container
from functools import partial
from pathlib import Path

from .config import RATE_FREE, SETTINGS, TrainConfig
from .errors import ConfigError
from .formats import FORMATS
from .terminal import Parser

NEEDED = {"momentum": "--optimizer sgd", "judged_by": "--patience or --keep best"}
"""What a setting changes nothing without."""


def build_parser(names: Callable[[str], str]) -> argparse.ArgumentParser:
    """The command line's grammar.

    names: of a command, the end of its help, which says what can be asked for; called when help is asked for.
    """
    parser = Parser(
        prog="python -m fmnist_core", description="Train, compare and understand image classifiers."
    )
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)

    train = commands.add_parser("train", help="train a run")
    _add_settings(train)
    train.names = partial(names, "train")
    train.add_argument("--name", help="a name for the run")
    ways = train.add_mutually_exclusive_group()
    ways.add_argument("--resume", metavar="RUN_ID", help="go on with a stopped or interrupted run")
    ways.add_argument("--longer", metavar="RUN_ID", help="a new run: this one trained on to more epochs")
    ways.add_argument("--ladder", action="store_true", help="the lecture's five nets, one after the other")
    train.add_argument("--json", action="store_true")
    train.set_defaults(only=["ladder"], save=False)

    rate = commands.add_parser("find-rate", help="suggest a learning rate, by a range test")
    _add_settings(rate, but=set(RATE_FREE) - {"recipe"})
    rate.names = partial(names, "find-rate")
    rate.add_argument("--json", action="store_true")
    rate.set_defaults(**dict.fromkeys(RATE_FREE))

    study = commands.add_parser("study", help="train all combinations of some values, with several seeds")
    _add_settings(study)
    study.names = partial(names, "study")
    study.add_argument("--vary", action="append", default=[], metavar="NAME=A,B,...", help="may be repeated")
    study.add_argument("--seeds", type=int, help="trainings of each combination; default: 1")
    study.add_argument("--name", help="a name for the study")
    study.add_argument("--resume", metavar="STUDY_ID", help="go on with a study")
    study.add_argument("--json", action="store_true")

    search = commands.add_parser("search", help="choose settings by trials, each chosen by those before")
    _add_settings(search)
    search.names = partial(names, "search")
    search.add_argument(
        "--vary",
        action="append",
        default=[],
        metavar="NAME=LOW..HIGH",
        help="a range, or values: NAME=A,B,...; may be repeated",
    )
    search.add_argument("--trials", type=int, help="trainings in all; default: 25")
    search.add_argument("--minutes", type=float, help="of training in all, after which no trial begins")
    search.add_argument(
        "--prune",
        action=argparse.BooleanOptionalAction,
        help="end trials that fall behind the others (default)",
    )
    search.add_argument("--name", help="a name for the search")
    search.add_argument("--resume", metavar="STUDY_ID", help="go on with a search")
    search.add_argument("--json", action="store_true")

    runs = commands.add_parser("runs", help="list all runs")
    form = runs.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true")
    form.add_argument("--csv", action="store_true")

    predict = commands.add_parser("predict", help="name what is in photos")
    predict.add_argument("images", nargs="+", metavar="IMAGE_OR_FOLDER")
    predict.add_argument("--run", metavar="RUN_ID", help="default: the model that comes with the project")
    predict.add_argument("--json", action="store_true")

    export = commands.add_parser("export", help="write a trained model or the figures of runs to a file")
    export.add_argument(
        "ids", nargs="+", metavar="RUN_OR_STUDY_ID", help="several only for report and the formats after it"
    )
    export.add_argument("--format", required=True, help=" | ".join(FORMATS))
    output = "-: standard output; a folder for tensorboard; a folder or a tracking address for mlflow"
    export.add_argument("--output", required=True, metavar="FILE", help=output)

    pack = commands.add_parser("pack", help="runs, or a study, as one file for another machine")
    pack.add_argument("ids", nargs="+", metavar="RUN_OR_STUDY_ID")
    pack.add_argument("--output", required=True, type=Path, metavar="FILE")

    unpack = commands.add_parser("unpack", help="add the runs of such a file to the store")
    unpack.add_argument("file", type=Path, metavar="FILE")
    unpack.add_argument("--json", action="store_true")

    bench = commands.add_parser("bench", help="measure speed, as ratios of two things in one run")
    bench.add_argument("names", nargs="*", metavar="NAME")
    bench.add_argument("--json", action="store_true")
    bench.names = partial(names, "bench")

    lecture = commands.add_parser("lecture", help="the lecture's trainings, beside its own figures")
    lecture.add_argument("--only", nargs="+", default=[], metavar="PART", help="default: all parts")
    lecture.names = partial(names, "lecture")
    lecture.add_argument("--epochs", type=int, help="of each net of the ladder")
    lecture.add_argument(
        "--save", action="store_true", help="train nothing; put what is here into the package"
    )
    lecture.add_argument("--json", action="store_true")
    lecture.set_defaults(name=None, dataset=None)

    score = commands.add_parser("score-photos", help="score a run on photos sorted into class folders")
    score.add_argument("folder", type=Path)
    score.add_argument("--run", metavar="RUN_ID")
    score.add_argument("--json", action="store_true")

    model = commands.add_parser("photo-model", help="make the photo model that comes with the project, again")
    model.add_argument("--photos", type=Path, required=True, help="class folders of photos to learn from")
    model.add_argument("--choose-by", type=Path, required=True, help="others, to choose the threshold by")
    model.add_argument("--measure", type=Path, help="class folders of pictures to score besides")
    model.add_argument("--run", metavar="RUN_ID", help="take this run, instead of training one")
    model.add_argument("--json", action="store_true")
    return parser


def refuse_ignored(options: argparse.Namespace, option: str, heeded: Container[str] = ()) -> None:
    """Raise `ConfigError` for what is given beside an option that would ignore it.

    heeded: those that it does not ignore.
    """
    of_a_command = ("name", "vary", "seeds", "trials", "minutes", "prune")
    names = [name for name in (*SETTINGS, *of_a_command) if name not in heeded]
    given = [
        "--" + name.replace("_", "-") for name in names if getattr(options, name, None) not in (None, [])
    ]
    if given:
        raise ConfigError("{option} does not go with {others}; leave that out.", option=option, others=given)


def refuse_idle(options: argparse.Namespace, config: TrainConfig) -> None:
    """Raise `ConfigError` for a setting that is given and changes nothing, unless others vary, which may use
    it."""
    for name in config.idle:
        if getattr(options, name) is not None and not getattr(options, "vary", None):
            option = "--" + name.replace("_", "-")
            raise ConfigError(
                "{option} changes nothing without {needed}; give both, or leave it out.",
                option=option,
                needed=NEEDED[name],
            )


def _add_settings(parser: argparse.ArgumentParser, but: Container[str] = ()) -> None:
    """An option for each setting of a training, but some."""
    for name, declared in SETTINGS.items():
        if name in but:
            continue
        option = "--" + name.replace("_", "-")
        if declared.kind is bool:
            parser.add_argument(option, action=argparse.BooleanOptionalAction, help=declared.help)
        else:
            parser.add_argument(option, type=declared.kind, help=declared.option_help)
