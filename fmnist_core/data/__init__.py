"""Data sets: those that come along, those that are downloaded, people's own; decoding pictures."""

__all__ = ["custom_import", "datasets", "decode", "encode", "summary"]
