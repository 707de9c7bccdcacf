"""Architectures, designed nets, what a net answers, what goes on inside it."""

__all__ = ["architectures", "designs", "evaluation", "inside", "pytorch_code", "transfer"]
