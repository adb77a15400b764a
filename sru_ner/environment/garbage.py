"""Garbage in cycles of objects is looked for rarely, because commands hardly make any.

The import of a large library makes hundreds of thousands of objects, of which none is garbage.
Python looks through them again and again, and once more before it ends.
"""

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

_NEW_OBJECTS = 100_000
"""Number of new objects after which Python looks for garbage; its own default is 700."""


def collect_rarely() -> None:
    """Let this process start and end sooner. It is for commands, and not for a library's users.

    Before the process ends, garbage in cycles is not looked for any more: whatever is kept in a
    cycle must have been closed before.
    """
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])
    atexit.register(gc.freeze)


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile: for the import of a large library."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
