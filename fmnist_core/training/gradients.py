"""Three ways to the gradients of a batch: torch's autograd, at once or in pieces, and by hand for plain
multilayer perceptrons.

All are called with uint8 images (B, C, H, W), scaled to 0..1, and labels (B,); they leave the gradient of
the mean cross entropy in each parameter's `grad` (float32) and return float32 logits (B, classes). All keep
the weights in float32; in bfloat16 they compute with rounded copies. `LessonGradients` takes further examples
and has a loss of its own.
"""

import math
import re
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..nets.evaluation import RunPieces, run_in_turn
from .torch_compat import add_all, copy_all, threshold_backward
from .winograd import use_winograd

Gradients = Callable[[Tensor, Tensor], Tensor]

PIXEL = 1 / 255

EVIDENCE_WEIGHT = 0.3
"""Weight of the loss for whether an image is any of the classes, against 1 for which class it is."""

PIECE = 64
"""Images: enough to keep one core busy, few enough that their activations stay in its cache."""


def gradients(
    model: nn.Module, precision: str, label_smoothing: float, run_pieces: RunPieces = run_in_turn
) -> Gradients:
    """The fastest way that can differentiate `model`."""
    if is_plain_mlp(model):
        return MlpGradients(model, precision, label_smoothing)
    if works_in_pieces(model):
        return GradientsInPieces(model, precision, label_smoothing, run_pieces)
    return AutogradGradients(model, precision, label_smoothing)


def works_in_pieces(model: nn.Module) -> bool:
    """Whether a part of a batch gives the same logits on its own, in any order: on a CPU, without batch
    normalisation and dropout."""
    whole = (nn.BatchNorm1d, nn.BatchNorm2d, nn.Dropout)
    on_cpu = next(model.parameters()).device.type == "cpu"
    return on_cpu and not any(isinstance(module, whole) for module in model.modules())


def is_plain_mlp(model: nn.Module) -> bool:
    """Whether `model` is Flatten, then Linear layers with ReLU (and perhaps one Dropout) between them."""
    if not isinstance(model, nn.Sequential) or not isinstance(model[0], nn.Flatten):
        return False
    letters: dict[type, str] = {nn.Linear: "L", nn.ReLU: "R"}
    kinds = "".join(
        "D" if isinstance(module, nn.Dropout) else letters.get(type(module), "?") for module in model[1:]
    )
    return re.fullmatch("(L(R|DR|RD))*L", kinds) is not None and all(
        module.bias is not None for module in model if isinstance(module, nn.Linear)
    )


def relu_after_pooling(model: nn.Module) -> None:
    """Swap each ReLU with the max pooling behind it: the same numbers, with a quarter of the work."""
    for module in model.modules():
        if not isinstance(module, nn.Sequential):
            continue
        for i in range(len(module) - 1):
            if isinstance(module[i], nn.ReLU) and isinstance(module[i + 1], nn.MaxPool2d):
                module[i], module[i + 1] = module[i + 1], module[i]


class AutogradGradients:
    """Any model, by torch's autograd and autocast."""

    def __init__(self, model: nn.Module, precision: str, label_smoothing: float) -> None:
        self.model = model
        self.autocast = precision == "bfloat16"
        self.label_smoothing = label_smoothing

    def __call__(self, images: Tensor, labels: Tensor) -> Tensor:
        with torch.autocast(images.device.type, torch.bfloat16, enabled=self.autocast):
            logits = self.model(images.float().mul_(PIXEL))
        logits = logits.float()
        self.model.zero_grad()
        functional.cross_entropy(logits, labels, label_smoothing=self.label_smoothing).backward()
        return logits.detach()


class LessonGradients:
    """Any model, by autograd, on images with labels and on examples for which several classes or none
    are right; see `lesson_losses`."""

    def __init__(self, model: nn.Module, precision: str, label_smoothing: float) -> None:
        self.model = model
        self.autocast = precision == "bfloat16"
        self.label_smoothing = label_smoothing

    def __call__(self, images: Tensor, labels: Tensor, examples: Tensor, right: Tensor) -> Tensor:
        """examples: float (E, C, H, W) in 0..1; right: bool (E, classes). Returns the images' logits."""
        inputs = torch.cat([images.float().mul_(PIXEL), examples])
        with torch.autocast(images.device.type, torch.bfloat16, enabled=self.autocast):
            logits = self.model(inputs.contiguous(memory_format=torch.channels_last))
        logits = logits.float()
        labelled = functional.one_hot(labels, logits.shape[1]).bool()
        self.model.zero_grad()
        lesson_losses(logits, torch.cat([labelled, right]), self.label_smoothing).mean().backward()
        return logits[: len(labels)].detach()


def lesson_losses(logits: Tensor, right: Tensor, label_smoothing: float) -> Tensor:
    """Losses (B,) in nats of logits (B, classes) when any of the classes in `right`, bool, will do.

    The sum of two. One for the class: minus the log of the right classes' summed probabilities; if none is
    right, the cross entropy to equal probabilities less its smallest value, so that the net has no opinion
    (outlier exposure, Hendrycks et al. 2019). And, weighted by `EVIDENCE_WEIGHT`, one for whether it is any
    of the classes: the binary cross entropy with the log of the summed exponentials as its logit.
    """
    logs = functional.log_softmax(logits, 1)
    any_right = -torch.logsumexp(logs.masked_fill(~right, -torch.inf), 1)
    even = -logs.mean(1)
    smoothed = (1 - label_smoothing) * any_right + label_smoothing * even
    known = right.any(1)
    of_class = torch.where(known, smoothed, even - math.log(logits.shape[1]))
    of_evidence = functional.binary_cross_entropy_with_logits(
        torch.logsumexp(logits, 1), known.to(logits.dtype), reduction="none"
    )
    return of_class + EVIDENCE_WEIGHT * of_evidence


class GradientsInPieces:
    """`PIECE` images at a time, each piece on one core.

    The pieces are always the same and their gradients are added in their order: the sums do not depend on
    which is done first. In float32 large convolutions of `model` are replaced (`use_winograd`).
    """

    def __init__(
        self, model: nn.Module, precision: str, label_smoothing: float, run_pieces: RunPieces = run_in_turn
    ) -> None:
        self.model = model
        self.run_pieces = run_pieces
        self.parameters = list(model.parameters())
        for parameter in self.parameters:
            parameter.grad = torch.empty_like(parameter)
        self.sums = [parameter.grad for parameter in self.parameters]
        self.autocast = precision == "bfloat16"
        if not self.autocast:
            use_winograd(model)
        self.label_smoothing = label_smoothing
        self.cores = torch.get_num_threads()

    def __call__(self, images: Tensor, labels: Tensor) -> Tensor:
        count = len(labels)

        def one_piece(piece: tuple[Tensor, Tensor]) -> tuple[Tensor, tuple[Tensor, ...]]:
            images, labels = piece
            # Without autocast's cache: the pieces would share rounded weights, and with them a graph.
            with torch.autocast("cpu", torch.bfloat16, enabled=self.autocast, cache_enabled=False):
                logits = self.model(images.float().mul_(PIXEL))
            logits = logits.float()
            loss = functional.cross_entropy(
                logits, labels, reduction="sum", label_smoothing=self.label_smoothing
            )
            return logits.detach(), torch.autograd.grad(loss / count, self.parameters)

        pieces = zip(images.split(PIECE), labels.split(PIECE), strict=True)
        logits, (first, *others) = zip(*self.run_pieces(one_piece, pieces, self.cores), strict=True)
        copy_all(self.sums, first)
        for gradients in others:
            add_all(self.sums, gradients)
        return torch.cat(logits)


SLICE = 512
"""Nodes of a layer whose float32 products a CPU computes together: more of them at once take it longer."""

FEW_ROWS = 16
"""With fewer rows, threads share out the sums of a product: its last bits depend on the number of threads."""


class MlpGradients:
    """A plain multilayer perceptron, by the chain rule: for small nets much faster than autograd."""

    def __init__(self, model: nn.Sequential, precision: str, label_smoothing: float) -> None:
        layers = _without_dropout(model)
        self.linear = [module for module in layers if isinstance(module, nn.Linear)]
        self.dropout = _dropout_before_relu(model)
        self.weights = [
            parameter.detach() for module in self.linear for parameter in (module.weight, module.bias)
        ]
        for module in self.linear:
            module.weight.grad = torch.zeros_like(module.weight)
            module.bias.grad = torch.zeros_like(module.bias)
        self.dtype = torch.bfloat16 if precision == "bfloat16" else torch.float32
        self.rounded = self.weights
        if self.dtype is not torch.float32:
            self.rounded = [torch.empty_like(weight, dtype=self.dtype) for weight in self.weights]
        # Row i is what the softmax of class i should be.
        classes = self.linear[-1].out_features
        self.targets = torch.eye(classes, device=self.weights[0].device) * (1 - label_smoothing)
        self.targets += label_smoothing / classes

    @torch.no_grad()
    def __call__(self, images: Tensor, labels: Tensor) -> Tensor:
        if self.rounded is not self.weights:
            copy_all(self.rounded, self.weights)
        # Pixels stay 0 to 255, which bfloat16 holds exactly; the first product and its gradient are scaled.
        inputs = [images.flatten(1).to(self.dtype)]  # of each linear layer, (B, in_features)
        for i in range(len(self.linear)):
            weight, bias = self.rounded[2 * i : 2 * i + 2]
            outputs = _outputs(inputs[i], weight, bias, PIXEL if i == 0 else 1)
            if i < len(self.dropout):
                dropout = self.dropout[i]
                inputs.append((outputs if dropout is None else dropout(outputs)).relu_())
        logits = outputs.float()

        # d loss / d logits = (softmax - target) / B
        slope = torch.softmax(logits, 1).sub_(self.targets.index_select(0, labels))
        slope = slope.div_(len(labels)).to(self.dtype)
        for i in reversed(range(len(self.linear))):
            weight, bias = self.linear[i].weight, self.linear[i].bias
            torch.sum(slope, 0, dtype=torch.float32, out=bias.grad)
            if i == 0:
                slope.mul_(PIXEL)
            if self.dtype is torch.float32:
                _product(slope.t(), inputs[i], weight.grad)
            else:
                weight.grad.copy_(torch.mm(slope.t(), inputs[i]))
            if i > 0:
                # A dropped or negative node has the output 0, so one comparison undoes ReLU and dropout.
                slope = torch.mm(slope, self.rounded[2 * i])
                threshold_backward(slope, inputs[i], 0, grad_input=slope)
                dropout = self.dropout[i - 1]
                if dropout is not None:
                    slope.mul_(dropout.scale)
        return logits


def _is_cut(weight: Tensor) -> bool:
    return len(weight) > SLICE and weight.dtype is torch.float32 and weight.device.type == "cpu"


def _outputs(inputs: Tensor, weight: Tensor, bias: Tensor, scale: float) -> Tensor:
    """`inputs @ weight.t() * scale + bias`."""
    if not _is_cut(weight):
        return torch.addmm(bias, inputs, weight.t(), alpha=scale)
    outputs = inputs.new_empty(len(inputs), len(weight))
    cuts = zip(bias.split(SLICE), weight.split(SLICE), outputs.split(SLICE, 1), strict=True)
    for biases, weights, out in cuts:
        torch.addmm(biases, inputs, weights.t(), alpha=scale, out=out)
    return outputs


def _product(one: Tensor, other: Tensor, out: Tensor) -> None:
    """`torch.mm`, with the same bits for any number of threads."""
    if _is_cut(out):
        for rows, cut in zip(one.split(SLICE), out.split(SLICE), strict=True):
            torch.mm(rows, other, out=cut)
        return
    threads = torch.get_num_threads()
    if threads == 1 or len(out) >= FEW_ROWS or out.device.type != "cpu":
        torch.mm(one, other, out=out)
        return
    torch.set_num_threads(1)
    torch.mm(one, other, out=out)
    torch.set_num_threads(threads)


def _without_dropout(model: nn.Sequential) -> list[nn.Module]:
    return [module for module in model[1:] if not isinstance(module, nn.Dropout)]


def _dropout_before_relu(model: nn.Sequential) -> list[nn.Dropout | None]:
    """For each hidden layer its dropout, before or behind its ReLU (which is the same), or None."""
    found: list[nn.Dropout | None] = []
    for module in model[1:]:
        if isinstance(module, nn.Linear):
            found.append(None)
        elif isinstance(module, nn.Dropout):
            found[-1] = module
    return found[:-1]
