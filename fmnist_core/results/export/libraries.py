"""Libraries that only some formats need; the product runs without them."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from ...base.errors import ExportError

NEEDED = {
    "onnx": ("onnx", "onnxruntime", "onnxscript"),
    "tensorboard": ("tensorboard",),
    "mlflow": ("mlflow",),
}
"""What each of these formats needs, by the names that pip takes."""


def missing_libraries(format: str) -> list[str]:
    """What has to be installed before something can be exported in this format."""
    return [name for name in NEEDED.get(format, ()) if find_spec(name) is None]


def library(module: str, format: str) -> ModuleType:
    """A module that this format needs. Raises `ExportError` with what installs what is missing."""
    try:
        for name in NEEDED[format]:
            import_module(name)
        return import_module(module)
    except ImportError as error:
        raise ExportError(
            "This needs {package}, which is not installed here. Install it with: pip install {package}",
            package=" ".join(missing_libraries(format)) or error.name,
        ) from None
