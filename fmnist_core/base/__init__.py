"""What everything else stands on: settings, errors, paths, files. Imports nothing of the other rooms."""

__all__ = [
    "config",
    "errors",
    "files",
    "locks",
    "memory",
    "messages",
    "palette",
    "parallel",
    "paths",
    "settings",
    "terminal",
]
