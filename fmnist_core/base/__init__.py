"""What everything else stands on: settings, errors, paths, files. Imports nothing of the other rooms."""

__all__ = [
    "arguments",
    "compat",
    "config",
    "epochs",
    "errors",
    "files",
    "locks",
    "memory",
    "messages",
    "palette",
    "parallel",
    "paths",
    "processor",
    "recipes",
    "search",
    "settings",
    "signals",
    "spreadsheet",
    "streams",
    "terminal",
]
