"""Runs a command that ends with the process that started it: `python flows/guard.py COMMAND…`.

That process holds the other end of this one's standard input. The system closes it however the
process ends, also by a signal that nobody can catch.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

_PATIENCE = 30.0  # seconds for a stage to write what it has, before it is killed


def main(command: list[str]) -> int:
    """Run a command to its end, or until the standard input closes; return its status."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)

    def end(number: int = signal.SIGTERM, _: object = None) -> None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)

    def watch() -> None:
        while os.read(0, 1):
            pass
        end()
        time.sleep(_PATIENCE)
        end(signal.SIGKILL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    threading.Thread(target=watch, daemon=True).start()
    status = process.wait()
    return 128 - status if status < 0 else status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
