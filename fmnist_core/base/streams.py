"""Standard output and standard error that may be closed, full, left by their reader, or short of letters."""

import contextlib
import errno
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO


class Stream:
    """In the place of `sys.stdout` or `sys.stderr`: a letter that it lacks is written as its code, \\u2013.

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
            text = text.encode(encoding, "backslashreplace").decode(encoding)
        with self._noted():
            if self._is_closed:
                raise OSError(errno.EBADF, "it is closed")
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Bring what has been written to its end, or note why not."""
        with self._noted():
            self._stream.flush()

    @property
    def loss(self) -> str:
        """Why something was not written that its reader waits for, or nothing: `| head` has seen enough."""
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
    """Put a `Stream` in the place of both for as long as a command runs; returns standard output.

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
