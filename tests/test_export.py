"""Taking a run along: code and weights without this project, ONNX, TorchScript, the report."""

import io
import json
import os
import re
import subprocess
import sys
import warnings
import zipfile

import numpy as np
import onnxruntime
import pytest
import torch
from helpers import KMNIST, tiny_dataset, write_small_set
from PIL import Image

from fmnist_core import jobs
from fmnist_core.__main__ import main
from fmnist_core.base.config import TrainConfig
from fmnist_core.base.errors import CheckpointError, ConfigError, ExportError, RunError
from fmnist_core.base.formats import FORMATS
from fmnist_core.data import datasets
from fmnist_core.nets.evaluation import infer
from fmnist_core.results import export
from fmnist_core.results.export import comparison_report, export_bytes, models
from fmnist_core.runs.stored_models import load_model


@pytest.fixture(autouse=True)
def small_kmnist():
    write_small_set()


def trained(store, architecture: str, name: str | None = None, **settings) -> str:
    """A run trained for an epoch in this thread."""
    config = KMNIST.replace(architecture=architecture, epochs=1, batch_size=50).replace(**settings)
    run_id = store.create(config, name)
    worker = store.workers.open()
    store.start(run_id, worker)
    assert jobs.train_run(store, run_id) == "completed"
    store.workers.close(worker)
    return run_id


@pytest.fixture
def images():
    return np.random.default_rng(5).integers(0, 256, (9, 1, 28, 28), dtype=np.uint8)


NETS = [("mlp-32", False), ("resnet", True)]


@pytest.mark.parametrize(("architecture", "flip"), NETS)
def test_onnx_answers_as_the_model_for_any_number_of_raw_images(store, images, architecture, flip):
    run_id = trained(store, architecture, test_time_flip=flip, train_size=50)
    loaded = load_model(store, run_id)
    session = onnxruntime.InferenceSession(export_bytes(store, run_id, "onnx"))
    for batch in (images, images[:1]):
        expected = infer(loaded.model, batch, flip=flip)
        np.testing.assert_allclose(session.run(["logits"], {"images": batch})[0], expected, atol=1e-4)


def test_an_onnx_file_says_what_it_takes_and_what_its_answers_mean(store):
    session = onnxruntime.InferenceSession(export_bytes(store, trained(store, "mlp-32"), "onnx"))
    said = session.get_modelmeta()
    assert "uint8 (N, 1, 28, 28), from 0 to 255" in said.description
    assert json.loads(said.custom_metadata_map["classes"]) == list(datasets.find("kmnist").class_names)


def test_a_file_that_ends_like_another_format_is_not_written(store, tmp_path):
    run_id = trained(store, "mlp-32")
    with pytest.raises(
        ExportError, match=r"net\.pt ends like a file of another format: pytorch writes \.zip"
    ):
        export.export(store, run_id, "pytorch", tmp_path / "net.pt")
    export.export(store, run_id, "pytorch", tmp_path / "net.archive")
    assert [path.name for path in tmp_path.glob("net*")] == ["net.archive"]


def test_torchscript_answers_as_the_model(store, images):
    run_id = trained(store, "small-cnn", test_time_flip=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        script = torch.jit.load(io.BytesIO(export_bytes(store, run_id, "torchscript")))
    expected = infer(load_model(store, run_id).model, images, flip=True)
    np.testing.assert_allclose(script(torch.from_numpy(images)).detach(), expected, atol=1e-5)


ASK_ALL = """
import runpy, sys, numpy, torch
images = torch.from_numpy(numpy.load("images.npy"))
for folder in sys.argv[1:]:
    net = runpy.run_path(f"{folder}/model.py")["load"]()
    numpy.save(f"{folder}/logits.npy", net(images).detach().numpy())
assert not any(name.startswith("fmnist") for name in sys.modules)
"""


def test_pytorch_code_and_weights_run_without_this_project(store, images, tmp_path):
    np.save(tmp_path / "images.npy", images)
    expected = {}
    for architecture, flip in (("mlp-4096-dropout", False), ("small-cnn", True)):
        run_id = trained(store, architecture, test_time_flip=flip)
        with zipfile.ZipFile(io.BytesIO(export_bytes(store, run_id, "pytorch"))) as archive:
            assert sorted(archive.namelist()) == ["README.txt", "model.py", "weights.pt"]
            archive.extractall(tmp_path / architecture)
        expected[architecture] = infer(load_model(store, run_id).model, images, flip=flip)
    subprocess.run([sys.executable, "-c", ASK_ALL, *expected], cwd=tmp_path, check=True, timeout=120)
    code = (tmp_path / "small-cnn" / "model.py").read_text()
    assert 'raise TypeError("images must be uint8, from 0 to 255, got "' in code
    for architecture, logits in expected.items():
        np.testing.assert_allclose(np.load(tmp_path / architecture / "logits.npy"), logits, atol=1e-5)


def test_the_exported_program_names_a_picture(store, tmp_path):
    run_id = trained(store, "mlp-32", epochs=20, batch_size=20)
    with zipfile.ZipFile(io.BytesIO(export_bytes(store, run_id, "pytorch"))) as archive:
        archive.extractall(tmp_path)
    Image.fromarray(tiny_dataset().test_images[3, 0]).save(tmp_path / "picture.png")
    done = subprocess.run(
        [sys.executable, "model.py", "picture.png"], cwd=tmp_path, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0].endswith("tsu")


WITHOUT_ONNX = """
import sys
sys.modules |= dict.fromkeys(("onnx", "onnxruntime", "onnxscript"))
from fmnist_core.__main__ import main
run_id, folder = sys.argv[1:]
for format in ("onnx", "torchscript"):
    print(main(["export", run_id, "--format", format, "--output", f"{folder}/model.{format}"]))
import pages.ui.compare.take_along
print(not any(name.startswith("onnx") and module for name, module in sys.modules.items()))
"""


def test_without_the_libraries_for_onnx_all_else_works_and_a_sentence_says_what_to_install(store, tmp_path):
    run_id = trained(store, "mlp-32")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_ONNX, run_id, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stdout.split()[-3:] == ["2", "0", "True"], done.stderr
    said = "not installed here. Install it with: pip install onnx onnxruntime onnxscript"
    assert said in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "model.onnx").exists() and (tmp_path / "model.torchscript").exists()


def test_a_model_that_answers_differently_is_not_handed_out(store, monkeypatch):
    run_id = trained(store, "mlp-32")
    monkeypatch.setattr(models.Classifier, "forward", lambda self, images: self.model(images.float()))
    with pytest.raises(ExportError, match="answers differently"):
        export_bytes(store, run_id, "onnx")


def test_a_net_that_torch_cannot_say_in_onnx_is_a_sentence(store, monkeypatch):
    def fail(*args, **settings):
        raise torch.onnx.OnnxExporterError("No decompositions registered for aten.new\nwith a long tail")

    run_id = trained(store, "mlp-32")
    monkeypatch.setattr(torch.onnx, "export", fail)
    with pytest.raises(ExportError, match=r"cannot write this net as ONNX: No decompositions .* aten.new\. "):
        export_bytes(store, run_id, "onnx")


def test_export_writes_the_file_whole(store, tmp_path):
    run_id = trained(store, "mlp-32")
    path = tmp_path / "new" / "model.onnx"
    export.export(store, run_id, "onnx", path)
    assert [file.name for file in path.parent.iterdir()] == ["model.onnx"]


@pytest.mark.skipif(os.name == "nt", reason="pipes and links of Unix")
def test_export_writes_into_a_pipe_and_through_a_link(store, tmp_path):
    """As with `--output /dev/stdout`, which became a file of that name when the superuser asked for it."""
    run_id = trained(store, "mlp-32")
    pipe, link, file = (tmp_path / name for name in ("pipe", "link.py", "file.py"))
    os.mkfifo(pipe)
    link.symlink_to(file)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    export.export(store, run_id, "script", pipe)
    export.export(store, run_id, "script", link)
    assert os.read(reader, 1_000_000) == file.read_bytes() == export_bytes(store, run_id, "script")
    assert pipe.is_fifo() and link.is_symlink()


def test_help_names_each_format_and_all_but_mlflow_write_a_file_of_its_own_ending(capsys):
    assert (
        {name for name, each in FORMATS.items() if each.ending}
        == set(export.WRITERS)
        == {*FORMATS} - {"mlflow"}
    )
    assert main(["export", "--help"]) == 0
    assert " | ".join(FORMATS) in " ".join(capsys.readouterr().out.split())


def test_what_cannot_be_exported_says_why(store):
    with pytest.raises(ConfigError, match="Unknown format 'keras'; choose one of: pytorch, onnx"):
        export_bytes(store, "abc", "keras")
    with pytest.raises(RunError, match="There is no run 'abc'"):
        export_bytes(store, "abc", "report")
    waiting = store.create(TrainConfig(architecture="mlp-32"))
    with pytest.raises(CheckpointError):
        export_bytes(store, waiting, "pytorch")


def test_the_report_is_one_page_that_needs_nothing_else(store):
    run_id = trained(store, "mlp-32", epochs=2)
    page = export_bytes(store, run_id, "report").decode()
    run = store.get(run_id)
    assert page.startswith("<!doctype html>")
    assert f"{100 * run.test_accuracy:.2f} % of 60 test images" in page
    for part in ("mlp-32", "43052", "Class by class", "tsu", "Mistakes"):
        assert part in page
    assert page.count('class="plotly-graph-div"') >= 3
    assert carries_plotly_first(page)
    assert '"displayModeBar": false, "responsive": true' in page and page.count("<html") == 1
    # No script, style, picture or frame from elsewhere.
    assert not re.findall(r"<(?:script|img|iframe|link)[^>]+(?:src|href)=[\"'](?!data:)", page)


def carries_plotly_first(page: str) -> bool:
    return page.count("plotly.js v") == 1 and page.index("plotly.js v") < page.index("plotly-graph-div")


def test_names_and_notes_in_a_report_are_text(store):
    evil = "<script>alert(1)</script>"
    first = trained(store, "mlp-32", name=f"a {evil}")
    second = trained(store, "mlp-32", name=f"b {evil}", seed=2)
    store.set_note(first, f"note {evil}")
    for page in (export_bytes(store, first, "report").decode(), comparison_report(store, [first, second])):
        assert evil not in page
        assert "&lt;script&gt;alert(1)" in page
    assert "note &lt;script&gt;" in export_bytes(store, first, "report").decode()


def test_a_run_without_results_still_has_a_report(store):
    run_id = store.create(TrainConfig(architecture="mlp-32"))
    page = export_bytes(store, run_id, "report").decode()
    assert "<p>This run is queued and has no test accuracy.</p>" in page and "<p></p>" not in page


def test_a_comparison_says_which_run_is_better(store):
    weak = trained(store, "mlp-32", name="weak")
    strong = trained(store, "mlp-256", name="strong", epochs=20, batch_size=20)
    page = comparison_report(store, [weak, strong])
    assert "strong is better than weak: +" in page
    assert "Batch size" in page
    assert "McNemar&#39;s exact test" in page and "train each with several seeds" in page
    assert "more than their nets, mlp-256 and mlp-32: 20 and 1 epoch" in page  # in the order of the sentence
    assert page.count('class="plotly-graph-div"') == 3 and carries_plotly_first(page)
    with store.database.write() as db:
        db.execute("UPDATE runs SET status = 'stopped', epochs = 3 WHERE run_id = ?", (strong,))
    page = export_bytes(store, [weak, strong], "report").decode()
    assert "strong is better than weak" in page and "strong stands at epoch 3 of 20." in page


def test_runs_of_the_same_name_are_told_apart_as_on_a_page(store):
    first = trained(store, "mlp-32", name="twin")
    second = trained(store, "mlp-32", name="twin", seed=1)
    page = comparison_report(store, [first, second])
    assert f"twin · {first}" in page and f"twin · {second}" in page


def test_a_comparison_needs_two_runs(store):
    run_id = store.create(TrainConfig(architecture="mlp-32"))
    with pytest.raises(ConfigError, match="2 to 12 runs, got 1"):
        comparison_report(store, [run_id, run_id])
