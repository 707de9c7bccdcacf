"""Data sets: included, downloaded and custom ones; decoding pictures."""

__all__ = ["custom_import", "datasets", "decode", "encode", "summary"]
