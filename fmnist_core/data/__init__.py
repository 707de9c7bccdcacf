"""Data sets: those that come along, those that are downloaded, people's own; decoding pictures."""

__all__ = ["datasets", "decode", "encode", "own_data", "summary"]
