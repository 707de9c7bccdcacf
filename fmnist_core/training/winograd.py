"""5x5 convolutions with fewer multiplications, for training on a processor.

Minimal filtering (Winograd 1980; Lavin and Gray 2016, https://arxiv.org/abs/1509.09308). The image is cut
into tiles of 8x8 pixels that overlap by half. A tile and the kernel are taken as polynomials, evaluated at
eight points along each side and multiplied point by point; the products give 4x4 outputs. That is 64
multiplications for each pair of channels, where the plain way takes 400. To evaluate takes a matrix product
as well, but one for each channel, not for each pair.
"""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

KERNEL, OUT = 5, 4
TILE = KERNEL + OUT - 1
POINTS = (0, 1, -1, 2, -2, 0.5, -0.5)
"""Where the polynomials are evaluated, beside infinity: small numbers, which keep the rounding small."""
FEWEST_CHANNELS = 64
"""With fewer, evaluating costs more than it saves."""
MOST_OUTPUTS = 1.5
"""Times the outputs that are wanted: as tiles give 4x4 at once, some may be beyond the image's edge."""
TILES_AT_ONCE = 64
"""So many stay in a core's cache from one product to the next."""


def _transforms() -> tuple[Tensor, Tensor, Tensor]:
    """What a tile (64 pixels), a kernel (25) and products (64) are multiplied by: float32 (64, 64), (64, 25)
    and (16, 64). Each is the one-dimensional matrix for rows times the one for columns."""

    def evaluated(length: int) -> np.ndarray:
        """Row by point: the powers of the point; at infinity the highest coefficient counts alone."""
        return np.vstack([np.vander(POINTS, length, increasing=True), np.eye(length)[-1]])

    kernel = evaluated(KERNEL)
    scales = abs(kernel).max(1, keepdims=True)  # no number is much larger than another: less is rounded away
    of_tile, of_kernel = np.linalg.inv(evaluated(TILE)).T * scales, kernel / scales
    pairs = (np.kron(matrix, matrix) for matrix in (of_tile, of_kernel, evaluated(OUT).T))
    tile, kernel, outputs = (torch.from_numpy(matrix).float() for matrix in pairs)
    return tile, kernel, outputs


OF_TILE, OF_KERNEL, OF_PRODUCTS = _transforms()


class _Convolve(torch.autograd.Function):
    """float32 (N, H, W, C) and kernels (K, C, 5, 5) -> (N, H - 4, W - 4, K). H and W are multiples of 4."""

    @staticmethod
    def forward(ctx: Any, images: Tensor, weight: Tensor) -> Tensor:
        count, height, width, channels = images.shape
        rows, columns, kernels = height // OUT - 1, width // OUT - 1, len(weight)
        evaluated = _evaluated_kernel(weight)
        outputs = images.new_empty(count, rows, OUT, columns, OUT, kernels)
        tiles = []
        for few, into in zip(_few(images, rows * columns), _few(outputs, rows * columns), strict=True):
            image, row, column, channel = few.stride()
            size = TILE, TILE, len(few), rows, columns, channels
            overlapping = few.as_strided(size, (row, column, image, OUT * row, OUT * column, channel))
            tiles.append(torch.mm(OF_TILE, overlapping.reshape(TILE**2, -1)).view(TILE**2, -1, channels))
            found = torch.mm(OF_PRODUCTS, torch.bmm(tiles[-1], evaluated).view(TILE**2, -1))
            into.copy_(found.view(OUT, OUT, len(few), rows, columns, kernels).permute(2, 3, 0, 4, 1, 5))
        ctx.save_for_backward(evaluated, *tiles)
        return outputs.view(count, rows * OUT, columns * OUT, kernels)

    @staticmethod
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        """Each product transposed, in the other order."""
        evaluated, *tiles = ctx.saved_tensors
        channels, kernels = evaluated.shape[1:]
        count, rows, columns = len(slope), slope.shape[1] // OUT, slope.shape[2] // OUT
        evaluated_back = evaluated.transpose(1, 2).contiguous()
        of_kernel = torch.zeros_like(evaluated)
        of_images = slope.new_zeros(count, rows + 1, OUT, columns + 1, OUT, channels)
        slopes = slope.contiguous().view(count, rows, OUT, columns, OUT, kernels)
        parts = (_few(tensor, rows * columns) for tensor in (slopes, of_images))
        for tile, few, into in zip(tiles, *parts, strict=True):
            products = torch.mm(OF_PRODUCTS.t(), few.permute(2, 4, 0, 1, 3, 5).reshape(OUT**2, -1))
            products = products.view(TILE**2, -1, kernels)
            of_kernel.baddbmm_(tile.transpose(1, 2), products)
            pixels = torch.mm(OF_TILE.t(), torch.bmm(products, evaluated_back).view(TILE**2, -1))
            _add_overlapping(pixels.view(TILE, TILE, len(few), rows, columns, channels), into)
        of_images = of_images.view(count, (rows + 1) * OUT, (columns + 1) * OUT, channels)
        of_weight = torch.mm(OF_KERNEL.t(), of_kernel.view(TILE**2, -1))
        return of_images, of_weight.view(KERNEL, KERNEL, channels, kernels).permute(3, 2, 0, 1)


def _evaluated_kernel(weight: Tensor) -> Tensor:
    kernels, channels = weight.shape[:2]
    pixels = weight.permute(2, 3, 1, 0).reshape(KERNEL**2, channels * kernels)
    return torch.mm(OF_KERNEL, pixels).view(TILE**2, channels, kernels)


def _few(images: Tensor, tiles: int) -> tuple[Tensor, ...]:
    """So many images at a time that about `TILES_AT_ONCE` are at work. tiles: of one image."""
    return images.split(max(1, TILES_AT_ONCE // tiles))


def _add_overlapping(tiles: Tensor, images: Tensor) -> None:
    """tiles: (8, 8, N, rows, columns, C), which overlap by half, into (N, rows + 1, 4, columns + 1, 4, C)."""
    rows, columns = tiles.shape[3:5]
    for down in (0, 1):
        for right in (0, 1):
            quarter = tiles[down * OUT : (down + 1) * OUT, right * OUT : (right + 1) * OUT]
            into = images[:, down : down + rows, :, right : right + columns]
            into += quarter.permute(2, 3, 0, 4, 1, 5)


class WinogradConv2d(nn.Conv2d):
    """In training the quick way, where it is one; else the plain way. Shares the weights of `plain`."""

    def __init__(self, plain: nn.Conv2d) -> None:
        sizes = plain.in_channels, plain.out_channels, KERNEL
        super().__init__(*sizes, padding=plain.padding, bias=plain.bias is not None, device="meta")
        self.weight, self.bias = plain.weight, plain.bias

    def forward(self, inputs: Tensor) -> Tensor:
        """float32 (N, C, H, W) -> (N, K, H', W'), as `nn.Conv2d`."""
        if isinstance(self.padding, str):
            down = across = KERNEL // 2 if self.padding == "same" else 0
        else:
            down, across = self.padding
        height = inputs.shape[2] + 2 * down - KERNEL + 1
        width = inputs.shape[3] + 2 * across - KERNEL + 1
        below, right = -height % OUT, -width % OUT
        is_float32 = inputs.dtype is torch.float32 and not torch.is_autocast_enabled("cpu")
        is_waste = (height + below) * (width + right) > MOST_OUTPUTS * height * width
        if not self.training or not is_float32 or is_waste:
            return super().forward(inputs)
        images = inputs.permute(0, 2, 3, 1)
        edges = (0, 0, across, across + right, down, down + below)
        images = functional.pad(images, edges) if any(edges) else images.contiguous()
        outputs = _Convolve.apply(images, self.weight)[:, :height, :width]
        return (outputs if self.bias is None else outputs + self.bias).permute(0, 3, 1, 2)


def use_winograd(model: nn.Module) -> None:
    """Put a `WinogradConv2d` in the place of every convolution in `model` that it is quicker than."""
    for module in model.modules():
        for name, part in list(module.named_children()):
            if isinstance(part, nn.Conv2d) and _pays(part):
                setattr(module, name, WinogradConv2d(part))


def _pays(part: nn.Conv2d) -> bool:
    is_plain = (part.stride, part.dilation, part.groups, part.padding_mode) == ((1, 1), (1, 1), 1, "zeros")
    has_channels = min(part.in_channels, part.out_channels) >= FEWEST_CHANNELS
    return is_plain and has_channels and part.kernel_size == (KERNEL, KERNEL)
