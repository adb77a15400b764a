"""Errors of the machine as messages: a full disk, missing rights, too little memory; signals.

Any command may meet them anywhere, so they are turned into messages in one place.
"""

import errno
import os
import re
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import Never

from sru_ner.errors import SruNerError, first_line

_REMEDIES = {
    errno.ENOSPC: "free space on the disk, then run the command again",
    errno.EDQUOT: "free space within your quota, then run the command again",
    errno.EFBIG: "raise the limit of the size of files (`ulimit -f`), then run the command again",
    errno.EROFS: "name a folder on a file system that can be written",
    errno.EACCES: "correct the access rights, or name another file or folder",
    errno.EPERM: "correct the access rights, or name another file or folder",
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.ENOENT: "correct the name, or make what is missing",
    errno.ENOTDIR: "name a folder, not a file, or one below a folder",
    errno.EISDIR: "name a file, not a folder",
    errno.EMFILE: "raise the limit of open files (`ulimit -n`)",
    errno.EIO: "check the disk: it does not return what was written",
}
_OTHERWISE = "correct this, then run the command again"
_NUMBERED = re.compile(r"\(os error (\d+)\)")
_NO_MEMORY = re.compile(
    r"can't allocate memory|not enough memory|out of memory|bad_alloc|"
    r"[Cc]annot allocate memory|failed to map segment",
)
_WRITE_FAILED = re.compile(r"PytorchStreamWriter failed|file write failed|unexpected pos \d+")
"""What torch says if it cannot write a file, without a reason."""


def fault_of_the_machine(error: BaseException) -> SruNerError | None:
    """Return a message for an error of the system; None for every other error."""
    if isinstance(error, OSError) and error.errno is not None:
        return _system_error(error.errno, error.filename)
    text = str(error)
    if isinstance(error, MemoryError) or (
        isinstance(error, RuntimeError | OSError | ImportError) and _NO_MEMORY.search(text)
    ):
        return SruNerError(
            "there is not enough memory",
            remedy="close other programs, raise the limit (`ulimit -v`), or process less at once",
        )
    # The libraries that write weights put the number of the system's error into a text.
    if type(error).__name__ == "SafetensorError" and (found := _NUMBERED.search(text)):
        return _system_error(int(found[1]), None)
    if isinstance(error, RuntimeError) and _WRITE_FAILED.search(text):
        return SruNerError(
            f"a file could not be written ({first_line(error)})", remedy=_REMEDIES[errno.ENOSPC]
        )
    return None


def end_on_signals() -> None:
    """Let SIGTERM, SIGHUP and Ctrl-C end a command as an error does: removing what is unfinished.

    The status is 128 plus the number of the signal, as in a shell. A second signal ends at once.
    Signals that whoever started the command ignores, as `nohup` does, stay ignored.
    """
    for each in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        if signal.getsignal(each) in (signal.SIG_DFL, signal.default_int_handler):
            signal.signal(each, _end)


def open_closed_streams() -> None:
    """Let streams that were closed before the start, as by `<&-`, be empty or swallow all.

    Python has None in their place. The first file to be opened would also get their number, and
    what libraries print would be written into it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115


def _end(number: int, frame: FrameType | None) -> Never:
    signal.signal(number, signal.SIG_DFL)
    # Not `print`: the command may be printing, and Python's streams refuse a second writer.
    with suppress(OSError):
        os.write(2, f"sru-ner: ended by {signal.Signals(number).name}\n".encode())
    sys.exit(128 + number)


def _system_error(number: int, name: str | bytes | int | None) -> SruNerError:
    place = f"{os.fsdecode(name)}: " if isinstance(name, str | bytes) else ""
    return SruNerError(f"{place}{os.strerror(number)}", remedy=_REMEDIES.get(number, _OTHERWISE))
