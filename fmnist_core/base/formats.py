"""What runs can be taken along as."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Format:
    """ending: of its file, "" where it is no single file. label: its name, the same in every language.
    holds_one: whether it holds one run alone."""

    ending: str
    label: str
    holds_one: bool = False


FORMATS = {
    "pytorch": Format(".zip", "PyTorch", holds_one=True),
    "onnx": Format(".onnx", "ONNX", holds_one=True),
    "torchscript": Format(".pt", "TorchScript", holds_one=True),
    "script": Format(".py", "Python", holds_one=True),
    "report": Format(".html", "HTML"),
    "csv": Format(".csv", "CSV"),
    "parquet": Format(".parquet", "Parquet"),
    "tensorboard": Format(".zip", "TensorBoard"),
    "mlflow": Format("", "MLflow"),
}
