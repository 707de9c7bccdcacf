"""The lecture's steps as PyTorch code, complete and with the settings that a page shows: paste it, run it.

The names are the lecture's own (`X`, `y`, `netout`, `optimizr`, `epoc`). Nothing but torch is needed, for
the trainings also torchvision. Functions take the settings as the addresses of the pages name them.
"""

from collections.abc import Callable

from ..base.recipes import configure
from ..results import export
from .ladder import LADDER
from .trainings import SEED, STEPS

ANIMALS = ("dog", "cat", "rabbit")

DIGITS = """\
import torch
import torchvision

train_dataset = torchvision.datasets.MNIST(root="./data", train=True, download=True)
to_tensor = torchvision.transforms.ToTensor()
"""

TWO_CLASSES = """
X0_train = torch.stack([to_tensor(Xi) for Xi, yi in train_dataset if yi == 0])
X1_train = torch.stack([to_tensor(Xi) for Xi, yi in train_dataset if yi == 1])
X = torch.concat([X0_train, X1_train], axis=0).reshape(-1, 784)
y = torch.tensor([0.0] * len(X0_train) + [1.0] * len(X1_train)).reshape(-1, 1)

# Sigmoid, then BCELoss on the probability
torch.manual_seed({seed})
net = torch.nn.Sequential(
    torch.nn.Linear(784, 32),
    torch.nn.ReLU(),
    torch.nn.Linear(32, 1),
)
sig = torch.nn.Sigmoid()
loss_fn = torch.nn.BCELoss()
optimizr = torch.optim.Adam(net.parameters())
for epoc in range(1, {end}):
    netout = net(X)
    yhat = sig(netout)
    loss = loss_fn(yhat, y)
    loss.backward()
    optimizr.step()
    optimizr.zero_grad()
print(f"BCELoss: {{((net(X) > 0) == y).float().mean():.4f}}")

# BCEWithLogitsLoss on the logit: the same net
torch.manual_seed({seed})
net = torch.nn.Sequential(
    torch.nn.Linear(784, 32),
    torch.nn.ReLU(),
    torch.nn.Linear(32, 1),
)
loss_fn = torch.nn.BCEWithLogitsLoss()
optimizr = torch.optim.Adam(net.parameters())
for epoc in range(1, {end}):
    netout = net(X)
    loss = loss_fn(netout, y)
    loss.backward()
    optimizr.step()
    optimizr.zero_grad()
print(f"BCEWithLogitsLoss: {{((net(X) > 0) == y).float().mean():.4f}}")
"""

THREE_CLASSES = """
X0 = torch.stack([to_tensor(Xi) for Xi, yi in train_dataset if yi == 0])
X1 = torch.stack([to_tensor(Xi) for Xi, yi in train_dataset if yi == 1])
X2 = torch.stack([to_tensor(Xi) for Xi, yi in train_dataset if yi == 2])
X = torch.concat([X0, X1, X2]).reshape(-1, 1 * 28 * 28)
y = torch.tensor([0] * len(X0) + [1] * len(X1) + [2] * len(X2))
numbers = y.reshape(-1, 1).float()
y = torch.nn.functional.one_hot(y).float()
print(y)

# One-hot targets
torch.manual_seed({seed})
# The lecture has built the net of two classes before; its weights are drawn first
torch.nn.Sequential(torch.nn.Linear(784, 32), torch.nn.Linear(32, 1))
net = torch.nn.Sequential(
    torch.nn.Linear(784, 32),
    torch.nn.ReLU(),
    torch.nn.Linear(32, 3),
)
loss_fn = torch.nn.CrossEntropyLoss()  # it wants logits
optimizr = torch.optim.Adam(net.parameters())
for epoc in range(1, {end}):
    netout = net(X)  # (n, 3)
    loss = loss_fn(netout, y)
    loss.backward()
    optimizr.step()
    optimizr.zero_grad()
print(f"One-hot: {{(net(X).argmax(axis=1) == y.argmax(axis=1)).float().mean():.4f}}")
print(torch.exp(netout))  # of the net before its last step

# The wrong way: one output that should become 0, 1 or 2
torch.manual_seed({seed})
net = torch.nn.Sequential(
    torch.nn.Linear(784, 32),
    torch.nn.ReLU(),
    torch.nn.Linear(32, 1),
)
loss_fn = torch.nn.MSELoss()
optimizr = torch.optim.Adam(net.parameters())
for epoc in range(1, {end}):
    netout = net(X)  # (n, 1)
    loss = loss_fn(netout, numbers)
    loss.backward()
    optimizr.step()
    optimizr.zero_grad()
print(f"Numbers 0, 1, 2: {{(net(X).round().clamp(0, 2) == numbers).float().mean():.4f}}")
"""

FLATTEN = """\
class Flatten(torch.nn.Module):  # written by hand; torch has the same as torch.nn.Flatten
    def __init__(self):
        super().__init__()

    def forward(self, inp):
        out = inp.reshape(-1, 784)
        return out


"""


def two_classes(logit: float) -> str:
    """The sigmoid of a logit, and the two ways to ask for the class."""
    return f"""\
import torch

netout = torch.tensor({logit})  # the logit
sig = torch.nn.Sigmoid()
print(f"probability of class 1: {{sig(netout):.4f}}")
print(netout > 0, sig(netout) > 0.5)
"""


def numerics(large_logit: float, target: int) -> str:
    """Both losses of two classes for one logit, and the gradients that reach it."""
    return f"""\
import torch

y = torch.tensor([{float(target)}])

netout = torch.tensor([{float(large_logit)}], requires_grad=True)
yhat = torch.nn.Sigmoid()(netout)
loss = torch.nn.BCELoss()(yhat, y)
loss.backward()
print(f"probability: {{yhat.item():.9g}}")
print(f"BCELoss: {{loss.item():.6g}}, gradient: {{netout.grad.item():.6g}}")

netout = torch.tensor([{float(large_logit)}], requires_grad=True)
loss = torch.nn.BCEWithLogitsLoss()(netout, y)
loss.backward()
print(f"BCEWithLogitsLoss: {{loss.item():.6g}}, gradient: {{netout.grad.item():.6g}}")
"""


def categories(dogs: int, cats: int, rabbits: int) -> str:
    """The mean of a basket of animals, as numbers and one-hot."""
    return f"""\
import torch

y = torch.tensor([0] * {dogs} + [1] * {cats} + [2] * {rabbits}).long()  # dogs, cats, rabbits
print(f"mean of 0, 1, 2: {{y.float().mean():.2f}}")  # wrong: classes have no order

y = torch.nn.functional.one_hot(y, 3).float()
print(y)
print("mean of one-hot:", y.mean(axis=0))  # the share of each class
"""


def softmax(dog: float, cat: float, rabbit: float, temperature: float) -> str:
    """Softmax with a temperature, and sigmoid as softmax over a logit and 0."""
    return f"""\
import torch

netout = torch.tensor([{dog}, {cat}, {rabbit}]).double()  # exp(100) needs it
T = {temperature}
exponentials = torch.exp(netout / T)
probs = torch.nn.functional.softmax(netout / T, dim=0)
for k, name in enumerate({list(ANIMALS)}):
    print(f"{{name}}: exp {{exponentials[k]:.4g}}, probability {{probs[k]:.4f}}")
print(f"sum: {{exponentials.sum():.4g}}")

sig = torch.nn.Sigmoid()
print(f"sigmoid of dog minus cat: {{sig(netout[0] - netout[1]):.4f}}")
"""


def cross_entropy(dog_logit: float, cat_logit: float, rabbit_logit: float, truth: str) -> str:
    """The loss of three logits and its gradient, p - y."""
    y = [float(name == truth) for name in ANIMALS]
    return f"""\
import torch

netout = torch.tensor([[{dog_logit}, {cat_logit}, {rabbit_logit}]], requires_grad=True)
y = torch.tensor([{y}])  # one-hot: {truth}, of dog, cat, rabbit
loss_fn = torch.nn.CrossEntropyLoss()
loss = loss_fn(netout, y)
loss.backward()
print(f"loss: {{loss.item():.4f}}")
print("probabilities:", torch.nn.functional.softmax(netout.detach(), dim=1))
print("gradient:", netout.grad)  # probabilities - y
"""


LOSSES = {
    ("two", "logits"): """\
import torch

netout = torch.tensor([[1.5], [-0.5]])  # logits of two images
y = torch.tensor([[1.0], [0.0]])
loss_fn = torch.nn.BCEWithLogitsLoss()
print(f"loss: {loss_fn(netout, y):.4f}")
""",
    ("two", "probabilities"): """\
import torch

netout = torch.tensor([[1.5], [-0.5]])  # logits of two images
yhat = torch.nn.Sigmoid()(netout)
y = torch.tensor([[1.0], [0.0]])
loss_fn = torch.nn.BCELoss()
print(f"loss: {loss_fn(yhat, y):.4f}")
""",
    ("many", "logits"): """\
import torch

netout = torch.tensor([[1.0, 0.5, -1.0], [0.0, 2.0, 1.0]])  # logits of two images
y = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])  # one-hot
loss_fn = torch.nn.CrossEntropyLoss()  # better called CEWithLogitsLoss
print(f"loss: {loss_fn(netout, y):.4f}")
""",
    ("many", "probabilities"): """\
import torch

netout = torch.tensor([[1.0, 0.5, -1.0], [0.0, 2.0, 1.0]])  # logits of two images
yhat = torch.nn.functional.softmax(netout, dim=1)
y = torch.tensor([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])  # one-hot
print(f"by hand: {-(y * torch.log(yhat)).sum(axis=1).mean():.4f}")
loss_fn = torch.nn.CrossEntropyLoss()  # on the logits, without softmax
print(f"loss: {loss_fn(netout, y):.4f}")
""",
}


def which_loss(task: str, output: str) -> str:
    """The loss that fits, on two images."""
    return LOSSES[task, output]


SECTIONS: dict[str, Callable[..., str]] = {
    "two-classes": two_classes,
    "numerics": numerics,
    "categories": categories,
    "softmax": softmax,
    "cross-entropy": cross_entropy,
    "tables": which_loss,
}
"""The code of each section of the Learn page, to be called with its settings."""


def two_class_trainings(seed: int = SEED, steps: int = STEPS) -> str:
    """MNIST 0 and 1, trained with both ways to write the loss."""
    return DIGITS + TWO_CLASSES.format(seed=seed, end=steps + 1)


def three_class_trainings(seed: int = SEED, steps: int = STEPS) -> str:
    """MNIST 0, 1 and 2, trained with one-hot targets and with the numbers 0, 1, 2."""
    return DIGITS + THREE_CLASSES.format(seed=seed, end=steps + 1)


def ladder_net(architecture: str, **overrides: object) -> str:
    """One of the lecture's five trainings; the simple net has its Flatten written by hand, as there."""
    config = configure("lecture", **{"architecture": architecture, **overrides})
    code = export.training_script(config)
    if architecture == next(iter(LADDER)):
        code = code.replace("torch.manual_seed", f"{FLATTEN}torch.manual_seed", 1)
        code = code.replace("    torch.nn.Flatten(),", "    Flatten(),  # or torch.nn.Flatten(),")
    return code
