"""PyTorch code that builds a module again, to copy or to export; it needs nothing but torch.

The code is written from the module itself, so it cannot say anything other than what was trained.
"""

import inspect

from torch import nn

from .architectures import Residual

RESIDUAL = '''class Residual(nn.Module):
    """Adds to its input what `change` makes of it."""

    def __init__(self, change):
        super().__init__()
        self.change = change

    def forward(self, inputs):
        return inputs + self.change(inputs)


'''


def module_code(model: nn.Module) -> str:
    """`from torch import nn ... model = nn.Sequential(...)`. Its weights are named as in `model`."""
    residual = RESIDUAL if any(isinstance(module, Residual) for module in model.modules()) else ""
    return f"from torch import nn\n\n{residual and chr(10)}{residual}model = {expression(model)}\n"


def expression(module: nn.Module, indent: str = "") -> str:
    """The expression that makes such a module: `nn.Linear(784, 32)`."""
    if isinstance(module, nn.Sequential):
        inner = indent + "    "
        lines = [f"{inner}{expression(child, inner)},\n" for child in module]
        return f"nn.Sequential(\n{''.join(lines)}{indent})"
    if isinstance(module, Residual):
        return f"Residual({expression(module.change, indent)})"
    # Dropout and others may be a subclass of this project that only draws its random numbers elsewhere.
    kind = next(base for base in type(module).__mro__ if base.__module__.startswith("torch.nn.modules"))
    return f"nn.{kind.__name__}({', '.join(_arguments(module, kind))})"


def _arguments(module: nn.Module, kind: type[nn.Module]) -> list[str]:
    """Those arguments of the constructor that differ from its defaults; required ones without their names."""
    arguments = []
    for name, parameter in inspect.signature(kind.__init__).parameters.items():
        if name in ("self", "device", "dtype") or not hasattr(module, name):
            continue
        value = getattr(module, name)
        if name == "bias":
            value = value is not None
        if isinstance(value, tuple) and len(set(value)) == 1:
            value = value[0]  # kernel_size=(5, 5) is 5
        if parameter.default is parameter.empty:
            arguments.append(repr(value))
        elif parameter.default is None and value == module.kernel_size:
            continue  # pooling: its stride is the size of its window
        elif value != parameter.default:
            arguments.append(f"{name}={value!r}")
    return arguments
