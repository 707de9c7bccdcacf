"""What everything else stands on: settings, errors, paths, files. Imports nothing of the other rooms."""

__all__ = [
    "config",
    "errors",
    "files",
    "memory",
    "messages",
    "palette",
    "parallel",
    "paths",
    "processor",
    "settings",
    "terminal",
]
