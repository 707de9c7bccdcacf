"""Standard output and standard error, which may be closed, full, left by their reader, or lack letters."""

import codecs
import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO

from .errors import StorageError

IN_ASCII = {
    "·": "-",
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
    "×": "x",
    "→": "->",
    "≤": "<=",
    "≥": ">=",
    "±": "+/-",
    "≈": "~",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "\u00a0": " ",
}
"""How a sign of our sentences is written where a console lacks it."""


def _in_ascii(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeEncodeError)
    lacking = error.object[error.start : error.end]
    written = (IN_ASCII.get(sign) or sign.encode("ascii", "backslashreplace").decode() for sign in lacking)
    return "".join(written), error.end


codecs.register_error("in_ascii", _in_ascii)


class Stream:
    """In the place of `sys.stdout` or `sys.stderr`. What it lacks is written as `IN_ASCII` says; a letter, as
    its code, \\ubaa8.

    What cannot be written is an `error`; with `raises`, also an exception, once.
    """

    def __init__(self, stream: TextIO | None, raises: bool) -> None:
        self.error: OSError | None = None
        self._is_closed = stream is None
        self._stream = stream or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        self._raises = raises

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write, or note why not."""
        encoding = getattr(self._stream, "encoding", None)
        if encoding:
            text = text.encode(encoding, "in_ascii").decode(encoding)
        with self._noted():
            if self._is_closed:
                raise OSError(errno.EBADF, "it is closed")
            self._stream.write(text)
        return len(text)

    def write_bytes(self, content: bytes) -> None:
        """Write a file's content as it is. Raises `StorageError` where somebody would read it on a screen."""
        if self._stream.isatty():
            raise StorageError(
                "This would fill the screen with a file. Send it on with `> FILE` or `| COMMAND`, or name "
                "a file."
            )
        with self._noted():
            if self._is_closed:
                raise OSError(errno.EBADF, "it is closed")
            self._stream.flush()
            self._stream.buffer.write(content)
            self._stream.buffer.flush()

    def flush(self) -> None:
        """Flush, or note why not."""
        with self._noted():
            self._stream.flush()

    @property
    def loss(self) -> str:
        """Why output was lost; "" if none was, or if its reader left: `| head` has seen enough."""
        if self.error is None or isinstance(self.error, BrokenPipeError):
            return ""
        return self.error.strerror or str(self.error)

    @contextlib.contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            is_first, self.error = self.error is None, self.error or error
            with contextlib.suppress(
                OSError
            ):  # or the interpreter would try once more at its end, and complain
                os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
            if is_first and self._raises:
                raise


@contextlib.contextmanager
def lasting_streams() -> Iterator[Stream]:
    """Put a `Stream` in the place of both for as long as a command runs; yields that of standard output.

    Only standard output raises an `OSError`: what stands in standard error is nobody's result.
    """
    _fill_missing_descriptors()
    output = Stream(sys.stdout, raises=True)
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(Stream(sys.stderr, raises=False)):  # type: ignore[type-var]
        yield output


def _fill_missing_descriptors() -> None:
    """A file of the store must not be opened as number 1 or 2, where a library prints."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
