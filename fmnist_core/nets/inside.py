"""A look inside a trained net: first weights, what each layer makes of an image, features in two dimensions.

Everything comes back as plain numpy, ready to be drawn.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from ..base.errors import ConfigError, unknown_name_message
from ..base.palette import BLUE, VERMILION, channels
from .evaluation import ignore_other_threads, infer
from .pytorch_code import expression

PROJECTIONS = ("pca", "t-sne")
MAX_TSNE_IMAGES = 2000
MAX_PICTURES = 128
"""More than this nobody looks at, and a page should not carry."""

SAME_PICTURE = ("BatchNorm", "Dropout", "Flatten")

NEGATIVE, POSITIVE = np.array(channels(BLUE)), np.array(channels(VERMILION))
WHITE = np.array([255, 255, 255])


@dataclass(frozen=True)
class LayerOutput:
    """What a layer made of one image: float32 (channels, height, width) or (numbers,)."""

    layer: str
    values: np.ndarray


def first_weights(model: nn.Module, image_shape: tuple[int, int, int]) -> np.ndarray:
    """The weights of the first layer as pictures, float32 (pictures, height, width).

    A dense layer gives a picture of the image's size for each node, a convolution one for each filter; of
    images with several channels, the mean over the channels. Raises `ConfigError` if there are no weights.
    """
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            return module.weight.detach().float().cpu().mean(dim=1).numpy()
        if isinstance(module, nn.Linear):
            weights = module.weight.detach().float().cpu().numpy()
            if weights.shape[1] != np.prod(image_shape):
                break  # something before it has changed the image: its weights are no pictures
            return weights.reshape(-1, *image_shape).mean(axis=1)
    raise ConfigError("This net's first layer has no weights that could be shown as pictures.")


def is_list(values: np.ndarray) -> bool:
    """Whether a layer's output is a list of numbers, (numbers,) or (numbers, 1, 1), and no image."""
    return values[0].size == 1


def strongest(values: np.ndarray, count: int) -> np.ndarray:
    """Which channels of a layer's output, or numbers of a list, respond most to the image; strongest first.

    A channel by its standard deviation over the image, because one that is the same everywhere has seen
    nothing; a number by its magnitude.
    """
    strength = np.abs(values).ravel() if is_list(values) else values.std(axis=(1, 2))
    return np.argsort(-strength, kind="stable")[:count]


def pictures(values: np.ndarray) -> np.ndarray:
    """A layer's output as uint8 pictures: a grey one for each channel, a coloured pixel for each number."""
    return colored(values.reshape(-1, 1, 1)) if is_list(values) else grey(values)


def colored(pictures: np.ndarray) -> np.ndarray:
    """Signed numbers (N, H, W) as uint8 colours (N, H, W, 3): blue below 0, white at 0, vermilion above.

    One scale for all of them: the largest magnitude has the full colour.
    """
    scale = np.abs(pictures).max(initial=0) or 1.0
    share = (pictures / scale)[..., None]  # in -1..1
    full = np.where(share < 0, NEGATIVE, POSITIVE)
    return np.rint(WHITE + np.abs(share) * (full - WHITE)).astype(np.uint8)


def grey(pictures: np.ndarray) -> np.ndarray:
    """Numbers (N, H, W) as uint8 grey (N, H, W), each picture from its smallest to its largest number."""
    low = pictures.min(axis=(1, 2), keepdims=True)
    spread = pictures.max(axis=(1, 2), keepdims=True) - low
    return np.rint((pictures - low) / np.where(spread > 0, spread, 1) * 255).astype(np.uint8)


def mosaic(pictures: np.ndarray, columns: int, gap: int = 1, zoom: int = 1) -> np.ndarray:
    """Pictures (N, H, W[, 3]) side by side in one, with a grey gap, each pixel zoom x zoom large."""
    count, height, width = pictures.shape[:3]
    columns = max(1, min(columns, count))
    rows = -(-count // columns)
    pictures = pictures.repeat(zoom, axis=1).repeat(zoom, axis=2)
    height, width = height * zoom + gap, width * zoom + gap
    sheet = np.full((rows * height - gap, columns * width - gap, *pictures.shape[3:]), 128, dtype=np.uint8)
    for index, picture in enumerate(pictures):
        top, left = index // columns * height, index % columns * width
        sheet[top : top + height - gap, left : left + width - gap] = picture
    return sheet


def with_new_pictures(outputs: list[LayerOutput]) -> list[LayerOutput]:
    """Those outputs that look other than the one before: batch norm only moves and stretches each channel,
    dropout rests when a net answers, and flatten writes the same numbers one after the other."""
    return [output for output in outputs if not output.layer.startswith(SAME_PICTURE)]


def activations(model: nn.Module, image: np.ndarray) -> list[LayerOutput]:
    """What each layer makes of one uint8 image (channels, height, width), in the order of computation."""
    outputs: list[LayerOutput] = []

    def record(module: nn.Module, _, output: torch.Tensor) -> None:
        outputs.append(
            LayerOutput(expression(module).removeprefix("nn."), output[0].float().cpu().numpy().copy())
        )

    leaves = [module for module in model.modules() if not any(True for _ in module.children())]
    hooks = [module.register_forward_hook(ignore_other_threads(record)) for module in leaves]
    try:
        infer(model, image[None])
    finally:
        for hook in hooks:
            hook.remove()
    return outputs


def project(features: np.ndarray, method: str = "pca", seed: int = 0) -> np.ndarray:
    """Features (N, D) in two dimensions, float32 (N, 2); the same input gives the same picture.

    "pca": the two directions of largest variance, at once. "t-sne" (van der Maaten and Hinton 2008) keeps
    neighbours together and shows groups better; it takes some seconds for at most 2,000 images, and its
    distances between groups mean nothing. Raises `ConfigError`.
    """
    if method not in PROJECTIONS:
        raise ConfigError(unknown_name_message("projection", method, PROJECTIONS))
    if len(features) < 3:
        raise ConfigError("A projection needs at least 3 images, got {features}.", features=len(features))
    from sklearn.decomposition import PCA

    components = min(2 if method == "pca" else 30, *features.shape)
    reduced = PCA(components, random_state=seed).fit_transform(features)
    if reduced.shape[1] == 1:
        reduced = np.hstack([reduced, np.zeros_like(reduced)])
    if method == "pca":
        return reduced.astype(np.float32)
    if len(features) > MAX_TSNE_IMAGES:
        raise ConfigError(
            "t-SNE takes at most {max_tsne_images:,} images, got {features:,}.",
            max_tsne_images=MAX_TSNE_IMAGES,
            features=len(features),
        )
    from sklearn.manifold import TSNE

    perplexity = min(30.0, (len(features) - 1) / 3)
    return (
        TSNE(perplexity=perplexity, init="pca", random_state=seed).fit_transform(reduced).astype(np.float32)
    )
