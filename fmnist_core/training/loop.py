"""The epochs of a training."""

import copy
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ..base.config import TrainConfig
from ..base.epochs import EpochResult, Kept, Progress
from ..base.errors import FmnistError
from ..data.datasets import Dataset
from ..nets import architectures, evaluation
from ..nets.architectures import Architecture
from ..nets.evaluation import RunPieces, run_in_turn
from .beginning import Beginning, epoch_order, require_handed_in
from .best import BestEpoch, is_out_of_patience
from .clock import Clock
from .guard import guarded
from .learner import Learner, Lessons, learning_rate
from .precision import Choices, choose_precision
from .progress import ProgressMeter, Watch
from .shared_steps import SharedSteps
from .stopping import Stopped
from .threads import using_threads

TRAIN_EVALUATION_EVERY = 5
"""Epochs between two evaluations of the whole training split, as in the lecture."""

RESULTS_UNTIL_THE_BELL = 100
"""Of a training that its seconds alone end, at most: with few images it has thousands of epochs, and to
measure and store one takes longer than the epoch."""


def fit(
    config: TrainConfig,
    data: Dataset,
    should_stop: Callable[[], bool] = lambda: False,
    state: dict | None = None,
    lessons: Lessons | None = None,
    architecture: Architecture | None = None,
    run_pieces: RunPieces = run_in_turn,
    watch: Watch | None = None,
    precisions: Choices | None = None,
    weights: Mapping[str, Tensor] | None = None,
) -> Iterator[EpochResult | Progress]:
    """Train, and yield after each epoch. `should_stop` is asked all along (on a processor in each layer, see
    `stopping`); an unfinished epoch is dropped.

    With `config.max_seconds` the training ends when they are over, in mid-epoch too; only the time of the
    training steps counts then. Where they alone end it (`config.until_the_bell`), epochs that follow each
    other fast are trained without a result.

    state: `EpochResult.state` of the epoch after which to go on; the numbers are then those of a training
        that never stopped (bit for bit on the CPU).
    lessons: what the net learns beside the data set, for `config.photos`.
    architecture: the net, for one that is not built in; None looks `config.architecture` up.
    run_pieces: runs independent work on the caller's threads; by default it is done in turn.
    watch: asks for `Progress` records within the epochs; without it only their results come.
    precisions: remembers which precision was the faster, for `config.precision` "auto".
    weights: of another net to begin with, for `config.start_from`.
    Raises, before the first step, `ConfigError` for settings that do not fit the data, `DeviceError` for a
    device that is not there, `CheckpointError` for a state of another net; later `DeviceError` when the
    memory runs out and `FmnistError` when the loss is no longer a number.
    """
    architecture = architecture or architectures.find(config.architecture)
    yield from guarded(
        config,
        _epochs(
            config, data, should_stop, state, lessons, architecture, run_pieces, watch, precisions, weights
        ),
    )


def _epochs(
    config: TrainConfig,
    data: Dataset,
    should_stop: Callable[[], bool],
    state: dict | None,
    lessons: Lessons | None,
    architecture: Architecture,
    run_pieces: RunPieces,
    watch: Watch | None,
    precisions: Choices | None,
    weights: Mapping[str, Tensor] | None,
) -> Iterator[EpochResult | Progress]:
    require_handed_in(config, weights is not None or state is not None, lessons is not None)
    begun = Beginning(config, data, architecture, should_stop, weights)
    device, images, labels = begun.device, begun.images, begun.labels
    count = len(begun.training)
    batches = math.ceil(count / config.batch_size)

    clock = Clock(state["seconds"] if state else 0.0)
    precision = state["precision"] if state else None
    if precision is None:
        precision = choose_precision(config, begun.new_model, images, labels, should_stop, precisions)
    is_race = config.max_seconds is not None
    if not is_race:
        clock.start()  # measuring which precision is faster is no training
    steps = config.epochs * batches
    learner = Learner(config, begun.new_model(), images, labels, precision, steps, lessons, run_pieces)
    learner.generators["order"] = begun.order
    samples = None
    if watch is not None and watch.samples is not None:
        samples = torch.tensor(watch.samples, device=device)
    if state:
        learner.load_state(state)
    step_of = SharedSteps(learner)
    best = BestEpoch(config, state.get("best") if state else None) if config.seeks_best else None

    told = clock.seconds
    for epoch in range(1 + (state["epoch"] if state else 0), config.epochs + 1):
        order = epoch_order(count, learner.generators["order"]).to(device)
        logits = torch.empty(count, data.classes, device=device)
        clock.start()
        steps_began = clock.seconds
        meter = ProgressMeter(config, watch, samples, epoch, batches, clock) if watch is not None else None
        seen = 0
        while seen < count and not (seen and _is_over(config, clock)):
            if should_stop():
                raise Stopped
            batch = slice(seen, seen + config.batch_size)
            seen = min(batch.stop, count)
            record = None
            logits[batch] = step_of(order[batch])
            step = math.ceil(seen / config.batch_size)
            if meter is not None and meter.is_due(step):
                with using_threads(learner.threads):
                    record = meter.look(step, logits[:seen], labels[order[:seen]], learner.evaluated_model)
            if record is not None:
                if is_race and device.type == "cuda":
                    torch.cuda.synchronize(device)  # what it still has to do is this net's time
                clock.stop()  # what the caller does meanwhile is not training
                yield record
                clock.start()
        # Loss and hits are computed for the whole epoch at once; reading them waits for the device.
        train_loss, train_accuracy, step_losses = _summarise(config, logits[:seen], labels[order[:seen]])
        steps_seconds = clock.seconds - steps_began
        _require_finite(config, epoch, train_loss)
        is_last = epoch == config.epochs or _is_over(config, clock)
        if best is None and not is_last and clock.seconds - told < _pause(config):
            continue
        told = clock.seconds
        if is_race:
            clock.stop()
        measured = _evaluate(config, learner, data, begun.validation, epoch, is_last)
        _require_finite(config, epoch, *(measured.get(f"{part}_loss") for part in ("validation", "test")))
        if best is not None:
            best.look(epoch, measured, learner.evaluated_model)
            if not is_last and is_out_of_patience(config, epoch, best.epoch):
                is_last = True
                measured = _evaluate(config, learner, data, begun.validation, epoch, is_last)
        kept = None
        if is_last and best is not None and config.keep == "best" and best.epoch != epoch:
            kept = _measure_kept(config, learner, data, begun.validation, best)
        if epoch % TRAIN_EVALUATION_EVERY == 0:  # the lecture shuffles for this evaluation too
            epoch_order(count, learner.generators["order"])
        clock.stop()
        yield EpochResult(
            epoch=epoch,
            train_loss=train_loss,
            train_accuracy=train_accuracy,
            step_losses=np.pad(step_losses, (0, batches - len(step_losses)), constant_values=np.nan),
            seconds=clock.seconds,
            images_per_second=seen / steps_seconds,
            learning_rate=learning_rate(config, learner.step_number - 1, learner.steps),
            device=str(device),
            precision=precision,
            parameters=learner.parameters,
            is_last=is_last,
            kept=kept,
            state={
                "epoch": epoch,
                "seconds": clock.seconds,
                **learner.state(),
                "best": best.state() if best is not None else None,
            },
            **measured,
        )
        if is_last:
            return


def _is_over(config: TrainConfig, clock: Clock) -> bool:
    """Whether the bell of a race has rung."""
    return config.max_seconds is not None and clock.seconds >= config.max_seconds


def _pause(config: TrainConfig) -> float:
    """The seconds of training between two results, at least."""
    return (config.max_seconds or 0.0) / RESULTS_UNTIL_THE_BELL if config.until_the_bell else 0.0


def _measure_kept(
    config: TrainConfig, learner: Learner, data: Dataset, validation: np.ndarray, best: BestEpoch
) -> Kept:
    """The best epoch's weights, measured as the last epoch's are."""
    model = copy.deepcopy(learner.evaluated_model)
    model.load_state_dict(best.model)
    measured = _evaluate(config, learner, data, validation, best.epoch, True, model)
    return Kept(
        epoch=best.epoch,
        train_accuracy=measured["evaluated_train_accuracy"],
        test_accuracy=measured.get("test_accuracy"),
        validation_logits=measured["validation_logits"],
        test_logits=measured.get("test_logits"),
    )


def _require_finite(config: TrainConfig, epoch: int, *losses: float | None) -> None:
    """Raise `FmnistError` where a loss that was measured is not a number."""
    if not all(loss is None or math.isfinite(loss) for loss in losses):
        raise FmnistError(
            "The loss of epoch {epoch} is not a number any more: lower the learning rate (now "
            "{learning_rate:g}).",
            epoch=epoch,
            learning_rate=config.learning_rate,
        )


def _evaluate(
    config: TrainConfig,
    learner: Learner,
    data: Dataset,
    validation: np.ndarray,
    epoch: int,
    is_last: bool,
    model: nn.Module | None = None,
) -> dict[str, Any]:
    """The values of `EpochResult` that are measured after epoch `epoch`; of another model if one is given.

    Only the last epoch's, whose weights are kept, need the last digits: the others' are computed in the
    training's own precision, and so is the accuracy over all training images.
    """
    model, flip = model or learner.evaluated_model, config.test_time_flip
    precision = "float32" if is_last else learner.precision
    measured: dict[str, Any] = {}
    if is_last or epoch % TRAIN_EVALUATION_EVERY == 0:
        logits = evaluation.infer_tensor(
            model, learner.images, flip, precision=learner.precision, run_pieces=learner.run_pieces
        )
        measured["evaluated_train_accuracy"] = (logits.argmax(1) == learner.labels).float().mean().item()
    splits = {}
    if len(validation):
        splits["validation"] = (data.train_images[validation], data.train_labels[validation])
    if len(data.test_labels) and (is_last or (config.test_every and epoch % config.test_every == 0)):
        splits["test"] = (data.test_images, data.test_labels)
    for name, (images, labels) in splits.items():
        logits = evaluation.infer(
            model, images, flip=flip, precision=precision, run_pieces=learner.run_pieces
        )
        loss, accuracy = evaluation.loss_and_accuracy(logits, labels)
        measured |= {f"{name}_logits": logits, f"{name}_loss": loss, f"{name}_accuracy": accuracy}
    return measured


def _summarise(config: TrainConfig, logits: Tensor, labels: Tensor) -> tuple[float, float, np.ndarray]:
    """Loss and accuracy over all images, and each step's loss, float32 (steps,), from an epoch's logits."""
    losses = functional.cross_entropy(
        logits, labels, reduction="none", label_smoothing=config.label_smoothing
    )
    last = -len(losses) % config.batch_size  # what the last batch lacks
    of_steps = functional.pad(losses, (0, last), value=torch.nan).view(-1, config.batch_size).nanmean(1)
    accuracy = (logits.argmax(1) == labels).float().mean()
    return losses.mean().item(), accuracy.item(), of_steps.cpu().numpy()
