"""Standard output: what a console lacks is written so that people can read it, and files go through whole."""

import ast
import io
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from fmnist_core.__main__ import main
from fmnist_core.base.streams import IN_ASCII, Stream

ROOT = Path(__file__).parent.parent


def signs_of_sentences() -> set[str]:
    """What stands in texts of the core and is neither ASCII nor a letter."""
    tables = ("frequent_signs", "zip_names", "spreadsheet")  # of what others write
    files = [path for path in (ROOT / "fmnist_core").rglob("*.py") if path.stem not in tables]
    texts = [
        node.value
        for path in files
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return {sign for sign in "".join(texts) if not sign.isascii() and not sign.isalpha()}


def test_each_sign_of_a_sentence_has_a_form_for_consoles_of_few_letters():
    assert {"·", "–", "…", "→", "×"} <= signs_of_sentences() <= set(IN_ASCII)
    assert "".join(IN_ASCII.values()).isascii()


def test_a_console_of_few_letters_shows_signs_that_people_can_read():
    written = io.TextIOWrapper(io.BytesIO(), "ascii")
    stream = Stream(written, raises=True)
    stream.write("mlp-32 · 8 epochs – 3 × 3 → ≥ 5 … 모")
    stream.flush()
    assert written.buffer.getvalue() == b"mlp-32 - 8 epochs - 3 x 3 -> >= 5 ... \\ubaa8"


def test_a_file_goes_to_standard_output_but_not_to_a_screen(tmp_path, capsysbinary):
    export = ["export", "a0photo1", "--format", "torchscript", "--output"]
    assert main([*export, str(tmp_path / "model.pt")]) == 0
    capsysbinary.readouterr()
    assert main([*export, "-"]) == 0
    assert zipfile.is_zipfile(io.BytesIO(capsysbinary.readouterr().out))
    assert not Path("-").exists()


@pytest.mark.skipif(os.name == "nt", reason="terminals of Unix")
def test_a_screen_is_not_filled_with_a_files_bytes():
    reader, screen = os.openpty()
    line = [
        sys.executable,
        "-m",
        "fmnist_core",
        *["export", "a0photo1", "--format", "report", "--output", "-"],
    ]
    ended = subprocess.run(line, cwd=ROOT, stdout=screen, stderr=subprocess.PIPE, text=True, timeout=180)
    os.close(screen)
    os.close(reader)
    assert ended.returncode == 2
    assert ended.stderr.startswith("This would fill the screen with a file.")
