"""A run as a script that needs torch and torchvision alone, and trains the same net again.

It is written as the lecture writes its trainings, with its own names (`X`, `XX`, `optimizr`, `epoc`).
"""

import torch
from torch import nn

from ...base.config import SETTINGS, TrainConfig
from ...base.errors import ExportError
from ...base.messages import percent
from ...base.recipes import run_name
from ...data import datasets
from ...nets import architectures
from ...nets.architectures import Residual
from ...nets.pytorch_code import RESIDUAL, expression
from ...runs import Run, saved_designs
from ...training import ONE_CYCLE_END, ONE_CYCLE_RISE, ONE_CYCLE_START, TRAIN_EVALUATION_EVERY

TORCHVISION = {"fashion-mnist": "FashionMNIST", "mnist": "MNIST", "kmnist": "KMNIST"}
"""The data sets that torchvision reads to the same images, and its names of them."""

TOO_LONG = (
    *("augmentation", "validation_size", "train_size", "weight_averaging", "test_time_flip"),
    *("max_seconds", "patience", "keep", "start_from", "photos"),
)
"""Settings that a short script cannot follow once they are changed."""

SCRIPT = """\
# {title}
{notes}

{math}import torch
import torchvision

# Step 1: the data, downloaded unless ./data has them; python -m gzip -d FILE.gz unpacks a file
try:
    train_dataset = torchvision.datasets.{data}(root="./data", train=True, download=True)
    test_dataset = torchvision.datasets.{data}(root="./data", train=False, download=True)
except (OSError, RuntimeError):
    files = "the four .gz files of {copy}"
    raise SystemExit(f"No data and no download. Unpack {{files}} into ./data/{data}/raw.")
to_tensor = torchvision.transforms.ToTensor()  # pixels from 0 to 1
X = torch.stack([to_tensor(img) for img, lbl in train_dataset{only}])
y = torch.tensor([lbl for img, lbl in train_dataset{only}])
y = torch.nn.functional.one_hot(y).float()
XX = torch.stack([to_tensor(img) for img, lbl in test_dataset{only}])
yy = torch.tensor([lbl for img, lbl in test_dataset{only}])
yy = torch.nn.functional.one_hot(yy).float()
ds_train = torch.utils.data.TensorDataset(X, y)
dl_train = torch.utils.data.DataLoader(ds_train, batch_size={batch_size}, shuffle=True)
ds_test = torch.utils.data.TensorDataset(XX, yy)
dl_test = torch.utils.data.DataLoader(ds_test, batch_size={batch_size})
device = "cuda:0" if torch.cuda.is_available() else "cpu"


# Step 2: net, loss and optimizer
{residual}torch.manual_seed({seed})
net = {net}.to(device)
loss_fn = torch.nn.CrossEntropyLoss({smoothing})
optimizr = torch.optim.{optimizer}
{schedule}

# Step 3: fit
def accuracy(dl):
    net.eval()
    s = 0
    for Xm, ym in dl:
        with torch.no_grad():
            logits = net(Xm.to(device))
        s = s + (logits.argmax(axis=1) == ym.to(device).argmax(axis=1)).float().sum()
    return s / len(dl.dataset)


for epoc in range(1, {end}):
    net.train()
    for Xm, ym in dl_train:
        Xm, ym = Xm.to(device), ym.to(device)
        netout = net(Xm)
        loss = loss_fn(netout, ym)
        loss.backward()
        optimizr.step()
        optimizr.zero_grad()
{scheduler_step}    if epoc % {every} == 0:
        print(f"# of epochs = {{epoc}}, train_acc = {{accuracy(dl_train):.4f}}")

# Step 4: the test images
print(f"test_acc = {{accuracy(dl_test):.4f}}")
"""

RATE = {
    "cosine": "    return (1 + math.cos(math.pi * step / steps)) / 2",
    "one-cycle": f"""\
    peak = max(1.0, {ONE_CYCLE_RISE} * steps)
    if step < peak:
        return {ONE_CYCLE_START} + (1 - {ONE_CYCLE_START}) * step / peak
    return 1 + ({ONE_CYCLE_END} - 1) * (step - peak) / max(1.0, steps - peak)""",
}
"""Of each schedule: the learning rate of a step, as a share of the full one."""

SCHEDULE = """\
steps = {epochs} * len(dl_train)


def rate(step):
{rate}


scheduler = torch.optim.lr_scheduler.LambdaLR(optimizr, rate)
"""

SAME = """\
# The first weights, the batches and the steps are those of the dashboard, in
# float32. Sums are rounded in another order there, which grows with the steps:
# in the end some tenths of a point, with batch norm perhaps more."""
DROPOUT = """\
# Dropout drops other nodes than in the dashboard, which draws them from a
# generator of its own: the accuracies come close, and are not the same."""
BFLOAT16 = """\
# The run was computed in bfloat16, which rounds to 3 digits: the accuracies
# come close, and are not the same."""

OPTIMIZERS = {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD"}
ADAM_RATE = 1e-3
"""Torch's default, and the lecture's."""


def run_script(run: Run) -> str:
    """The script of a stored run, its result in the head. Raises like `training_script`, and `ExportError`
    for a run whose learning rate was changed on the way."""
    if run.rate_changed:
        raise ExportError(
            "There is no short script for this run: it was trained longer with another learning rate."
        )
    notes = [BFLOAT16] if run.precision == "bfloat16" else []
    if run.status == "completed" and run.test_accuracy is not None:
        notes.append(f"# The run got {percent(run.test_accuracy, 2)} of the test images right.")
    return training_script(run.config, run.name, *notes)


def training_script(config: TrainConfig, name: str = "", *notes: str) -> str:
    """Python code that trains a net by this config and prints its accuracies; complete, to be pasted.

    name: of the run; notes: more lines of comment for its head.
    Raises `ExportError`, which names the settings that no short script can follow, and `ConfigError` for an
    unknown data set or net.
    """
    info = datasets.find(config.dataset)
    data = TORCHVISION.get(info.part_of or info.name)
    _refuse_long(config, data)
    with torch.device("meta"):  # without its numbers
        model = architectures.build(
            saved_designs.find(config.architecture), info.image_shape, len(info.class_names), seed=0
        )
    rate = RATE.get(config.schedule)
    return SCRIPT.format(
        title=" ".join(f"{name or run_name(config)}: {config.epochs} epochs of {config.dataset}".split()),
        notes="\n".join([SAME, *([DROPOUT] if _has(model, nn.Dropout) else []), *notes]),
        math="import math\n\n" if config.schedule == "cosine" else "",
        data=data,
        copy=data if info.download_megabytes else f"fmnist_core/data/included/{data}",
        only=f" if lbl < {len(info.class_names)}" if info.part_of else "",
        batch_size=config.batch_size,
        residual=_torch_nn(RESIDUAL) if _has(model, Residual) else "",
        seed=config.seed,
        net=_torch_nn(expression(model)),
        smoothing=f"label_smoothing={config.label_smoothing}" if config.label_smoothing else "",
        optimizer=_optimizer(config),
        schedule=SCHEDULE.format(epochs=config.epochs, rate=rate) if rate else "",
        scheduler_step="        scheduler.step()\n" if rate else "",
        end=config.epochs + 1,
        every=TRAIN_EVALUATION_EVERY,
    )


def _refuse_long(config: TrainConfig, data: str | None) -> None:
    """Raise `ExportError` with the labels of the settings that a short script cannot follow."""
    plain = TrainConfig()
    long = [name for name in TOO_LONG if getattr(config, name) != getattr(plain, name)]
    if data is None:
        long.insert(0, "dataset")
    if long:
        raise ExportError(
            "There is no short script for this run, because of these settings: {settings}.",
            settings=[SETTINGS[name].label for name in long],
        )


def _has(model: nn.Module, kind: type[nn.Module]) -> bool:
    return any(isinstance(module, kind) for module in model.modules())


def _optimizer(config: TrainConfig) -> str:
    """`Adam(net.parameters())`, with those settings that differ from torch's defaults."""
    arguments = ["net.parameters()"]
    if config.optimizer == "sgd":
        arguments += [f"lr={config.learning_rate}", f"momentum={config.momentum}"]
    elif config.learning_rate != ADAM_RATE:
        arguments.append(f"lr={config.learning_rate}")
    if config.weight_decay or config.optimizer == "adamw":  # torch's AdamW has one by default
        arguments.append(f"weight_decay={config.weight_decay}")
    return f"{OPTIMIZERS[config.optimizer]}({', '.join(arguments)})"


def _torch_nn(code: str) -> str:
    """With the names as the lecture writes them: torch.nn.Linear."""
    return code.replace("nn.", "torch.nn.")
