"""Locks between processes. The system opens them when their process ends, however it ends."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sru_ner.errors import InputError

WORK = ".sru-ner-work"
"""Name of the folder of locks and half-written files. It is there only while something is made."""
LOCK = "lock"
"""Name of the lock of a folder in `WORK`: who holds it owns the folder."""
_PATIENCE = 1.0  # seconds in which a process that only tidies up lets go of a lock


@contextmanager
def hold(
    place: Path,
    name: str,
    *,
    doing: str,
    required: bool = False,
    patience: float = _PATIENCE,
) -> Iterator[None]:
    """Hold a lock of a folder until the block ends.

    place: the folder. name: what is locked, as the name of a file. doing: what the holder does, for
    the message of the others, such as `is training models/x`. required: raise `InputError` where
    nothing can be locked; otherwise, the block runs without a lock there. patience: seconds to wait
    for the lock. Raises `InputError` if it is still held then.
    """
    owned = place.resolve() / WORK / name
    try:
        lock = _take(owned, doing, patience)
    except OSError as error:
        if required:
            raise InputError(
                f"the folder cannot be locked ({error.strerror})",
                path=place,
                remedy="name a folder on a file system that locks files, such as a local disk",
            ) from None
        shutil.rmtree(owned, ignore_errors=True)
        yield
        return
    try:
        yield
    finally:
        shutil.rmtree(owned, ignore_errors=True)
        os.close(lock)
        with suppress(OSError):
            owned.parent.rmdir()


def _take(owned: Path, doing: str, patience: float) -> int:
    """Return the open lock of a folder, made if need be; raise `OSError` if there are no locks."""
    deadline = time.monotonic() + patience
    while True:
        with suppress(FileNotFoundError):  # a process that tidied up removed the folder
            owned.mkdir(parents=True, exist_ok=True)
            lock = os.open(owned / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.fstat(lock).st_nlink:  # 0: removed in between
                    os.truncate(lock, 0)
                    os.write(lock, str(os.getpid()).encode())
                    return lock
            except BlockingIOError:
                if time.monotonic() > deadline:
                    holder = os.pread(lock, 20, 0).decode() or "unknown"
                    os.close(lock)
                    raise InputError(
                        f"another process, number {holder}, {doing}",
                        remedy="wait for it, or end it",
                    ) from None
                time.sleep(_PATIENCE / 20)
            except OSError:
                os.close(lock)
                raise
            os.close(lock)


def try_lock(path: Path, *, required: bool = False) -> int | None:
    """Lock a file and return it open; None if another process has it.

    required: also return None where the file system has no locks.
    """
    try:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if required or isinstance(error, BlockingIOError):
            os.close(lock)
            return None
    if os.fstat(lock).st_nlink == 0:  # removed in between
        os.close(lock)
        return None
    return lock
