"""A trained model as a file that runs without this project; each one is tried before it is handed out."""

import copy
import io
import json
import logging
import warnings
import zipfile

import numpy as np
import torch
from torch import Tensor, nn

from ...base.errors import ExportError
from ...nets.evaluation import infer
from ...nets.pytorch_code import module_code
from ...runs.stored_models import LoadedModel
from .libraries import library

TOLERANCE = 1e-4
"""The largest difference of a logit, relative to the largest one where that is above 1."""

CHECKED_IMAGES = 32

README = """{name}

model.py    the net as PyTorch code, and how to use it
weights.pt  its weights: a state_dict, loaded with weights_only=True

Needs: torch; for `python model.py picture.png` also numpy and pillow.

    python model.py picture.png

A picture should look like those the net was trained on ({dataset}): {height} x {width} pixels; those of
Fashion-MNIST and MNIST are bright on black. In your own code:

    import model
    net = model.load()
    logits = net(images)   # images: uint8 (N, {channels}, {height}, {width})
"""

INPUT = "images: uint8 (N, {}, {}, {}), from 0 to 255; logits: float32, one for each of `classes`"
"""What an ONNX file says of itself."""

CODE = '''"""A trained net: uint8 images (N, {channels}, {height}, {width}) -> logits (N, {classes})."""

import sys
from pathlib import Path

import torch
{model_code}

DATA_SET = {dataset!r}
CLASS_NAMES = {class_names!r}


class Classifier(nn.Module):
    """The net with the scaling of the pixels to 0..1{flip_note}."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, images):
        if images.dtype != torch.uint8:
            raise TypeError("images must be uint8, from 0 to 255, got " + str(images.dtype))
        images = images.float() / 255
{answer}


def load(path=Path(__file__).with_name("weights.pt")):
    """The trained net, ready to classify."""
    classifier = Classifier(model)
    model.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return classifier.eval()


if __name__ == "__main__":
    import numpy as np
    from PIL import Image

    picture = Image.open(sys.argv[1]).convert("{mode}").resize(({width}, {height}))
    pixels = torch.from_numpy(np.array(picture)).reshape(1, {height}, {width}, {channels}).permute(0, 3, 1, 2)
    with torch.inference_mode():
        probabilities = load()(pixels).softmax(dim=1)[0]
    for probability, name in sorted(zip(probabilities.tolist(), CLASS_NAMES), reverse=True)[:3]:
        print(f"{{probability:6.1%}}  {{name}}")
'''


class Classifier(nn.Module):
    """uint8 images -> logits, exactly as `evaluation.infer` computes them."""

    def __init__(self, model: nn.Module, flip: bool) -> None:
        super().__init__()
        self.model = model
        self.flip = flip

    def forward(self, images: Tensor) -> Tensor:
        """images: uint8 (N, channels, height, width); returns float32 (N, classes)."""
        images = images.float() / 255
        logits = self.model(images)
        return (logits + self.model(images.flip(-1))) / 2 if self.flip else logits


class LargestOfImage(nn.Module):
    """`AdaptiveMaxPool2d(1)` by an operation that torch 2.10 can write as ONNX too."""

    def forward(self, images: Tensor) -> Tensor:
        """images: (N, C, H, W); returns (N, C, 1, 1)."""
        return images.amax((-2, -1), keepdim=True)


def pytorch(loaded: LoadedModel) -> bytes:
    """A zip with `model.py`, `weights.pt` and `README.txt`."""
    channels, height, width = loaded.image_shape
    answer = "        return self.model(images)"
    if loaded.flip:
        answer = "        return (self.model(images) + self.model(images.flip(-1))) / 2"
    values = {
        "dataset": loaded.config.dataset,
        "channels": channels,
        "height": height,
        "width": width,
        "classes": len(loaded.class_names),
    }
    code = CODE.format(
        model_code=module_code(loaded.model),
        class_names=loaded.class_names,
        flip_note=", averaged over each image and its mirror image" if loaded.flip else "",
        answer=answer,
        mode="L" if channels == 1 else "RGB",
        **values,
    )
    weights = io.BytesIO()
    torch.save({name: tensor.contiguous() for name, tensor in loaded.model.state_dict().items()}, weights)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.py", code)
        archive.writestr("weights.pt", weights.getvalue())
        archive.writestr("README.txt", README.format(name=loaded.run.name, **values))
    return content.getvalue()


def torchscript(loaded: LoadedModel) -> bytes:
    """A TorchScript file for `torch.jit.load`, checked against the model."""
    images = _images(loaded)
    content = io.BytesIO()
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # torch.jit is deprecated; people who ask for it know
        traced = torch.jit.trace(Classifier(loaded.model, loaded.flip).eval(), torch.from_numpy(images))
        torch.jit.save(traced, content)
        content.seek(0)
        answers = torch.jit.load(content)(torch.from_numpy(images[:3])).numpy()
    _check(loaded, images[:3], answers, "TorchScript")
    return content.getvalue()


def onnx(loaded: LoadedModel) -> bytes:
    """An ONNX file, input `images` and output `logits`, any number of images; checked with onnxruntime.

    Raises `ExportError` where a library for it is not installed, or torch cannot write the net as ONNX.
    """
    onnxruntime = library("onnxruntime", "onnx")
    images = _images(loaded)
    classifier = Classifier(copy.deepcopy(loaded.model), loaded.flip).eval()
    for module in classifier.modules():
        for name, child in module.named_children():
            if isinstance(child, nn.AdaptiveMaxPool2d) and child.output_size == 1:
                setattr(module, name, LargestOfImage())
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            program = torch.onnx.export(
                classifier,
                (torch.from_numpy(images),),
                dynamo=True,
                input_names=["images"],
                output_names=["logits"],
                dynamic_shapes=({0: torch.export.Dim("batch")},),
                verbose=False,
            )
        except torch.onnx.OnnxExporterError as error:
            raise ExportError(
                "torch {version} cannot write this net as ONNX: {reason}. Take the format pytorch, or "
                "another version of torch.",
                version=torch.__version__,
                reason=str(error).strip().splitlines()[0][:200],
            ) from None
        proto = program.model_proto
        proto.doc_string = INPUT.format(*loaded.image_shape)
        entry = proto.metadata_props.add()
        entry.key, entry.value = "classes", json.dumps(loaded.class_names, ensure_ascii=False)
        content = proto.SerializeToString()  # in memory: a full disk does not matter
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    for batch in (images, images[:1]):
        _check(loaded, batch, session.run(["logits"], {"images": batch})[0], "ONNX")
    return content


def _images(loaded: LoadedModel) -> np.ndarray:
    """Images to try a model on: noise of several strengths, always the same."""
    generator = np.random.default_rng(0)
    strength = generator.uniform(0, 1, (CHECKED_IMAGES, 1, 1, 1))
    noise = generator.integers(0, 256, (CHECKED_IMAGES, *loaded.image_shape))
    return (noise * strength).astype(np.uint8)


def _check(loaded: LoadedModel, images: np.ndarray, answers: np.ndarray, format: str) -> None:
    expected = infer(loaded.model, images, flip=loaded.flip)
    scale = max(1.0, float(np.abs(expected).max()))
    difference = float(np.abs(answers - expected).max()) / scale
    if not difference <= TOLERANCE:
        raise ExportError(
            "The exported {format} model answers differently by {difference:.1e} (at most "
            "{tolerance:g} is allowed), so it was not written. Take the format pytorch, which "
            "is exact.",
            format=format,
            difference=difference,
            tolerance=TOLERANCE,
        )
