"""Architectures, designed nets, what a net answers, what goes on inside it."""

__all__ = ["architectures", "designs", "evaluation", "fitting", "inside", "pytorch_code", "transfer"]
