"""What is on each of many images, a line each: `python -m fmnist_core predict`."""

import sys

from .. import photos
from ..base.errors import FmnistError
from ..base.messages import percent
from ..base.terminal import print_json
from ..runs import RunStore, stored_models


def main(images: list[str], run: str | None, as_json: bool) -> int:
    """The command; an image that cannot be read gets a line with its error, and the others their names.
    Returns the exit status."""
    store = RunStore()
    loaded = stored_models.load_model(store, run or stored_models.default_run(store).run_id)
    paths = photos.find_images(images)
    failed = 0
    for path in paths:
        try:
            row = {"image": str(path), **photos.read(photos.read_file(path), loaded).to_dict()}
        except FmnistError as error:
            failed += 1
            row = {"image": str(path), "error": str(error)}
        if as_json:
            print_json(row)
        elif "error" in row:
            named = row["error"].startswith(str(path))  # the error of a file begins with its path
            print(row["error"] if named else f"{path}: {row['error']}", file=sys.stderr)
        else:
            name, sure = row["class_name"], percent(row["confidence"], 2)
            known = row["in_distribution"]
            said = f"{name}, {sure} sure" if known else f"none of its classes (nearest: {name})"
            print(f"{path}: {said}", flush=True)
            for warning in row["warnings"]:
                print(f"{path}: {warning}", file=sys.stderr)
    return 2 if failed else 0
