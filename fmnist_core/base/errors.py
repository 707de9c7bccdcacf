"""Every error that a person can cause or meet; each message names the value and the remedy."""

from collections.abc import Iterable

from .messages import Message


class FmnistError(Exception):
    """The family: a page, a command or a caller catches this and shows its message."""

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template if isinstance(template, Message) else Message(template, **values))

    @property
    def message(self) -> Message:
        """The sentence as data; as a string it is English."""
        return self.args[0]


class ConfigError(FmnistError):
    """A setting of a training is missing, out of range or does not fit the others."""


class DataError(FmnistError):
    """A data set's file is missing, damaged or not what it claims to be."""


class DownloadError(DataError):
    """A data set could not be fetched."""


class PhotoError(FmnistError):
    """An uploaded picture cannot be read or used."""


class RunError(FmnistError):
    """A run does not exist or does not allow what was asked of it."""


class CheckpointError(FmnistError):
    """A checkpoint is missing, damaged or belongs to another net."""


class StorageError(FmnistError):
    """The runs folder cannot be read or written: full, read-only, locked, or of another version."""


class DesignError(FmnistError):
    """A net that somebody designed does not fit together; `layer` is the index of the first bad layer."""

    layer: int | None = None


class ExportError(FmnistError):
    """A model could not be written in the format asked for."""


class DeviceError(FmnistError):
    """The device asked for is not there or ran out of memory."""


def unknown_name_message(kind: str, value: object, choices: Iterable[str]) -> Message:
    """For a name that does not exist: `Unknown architecture 'cnm'; choose one of: cnn, ...`.

    kind: what it should name, in words that have a translation.
    """
    return Message(
        "Unknown {kind} {value!r}; choose one of: {choices}",
        kind=kind,
        value=str(value)[:60],
        choices=list(choices),
    )
