"""Python looks for garbage rarely, and not at its end."""

import gc
import subprocess
import sys

from sru_ner.environment.garbage import uncollected

PROGRAM = """
import atexit, gc
looked = []
gc.callbacks.append(lambda phase, info: looked.append(info["generation"]))
class Kept:
    def __del__(self):
        print("collected")
def last():
    print(gc.get_freeze_count() > 10_000, len(looked) < 10, flush=True)
atexit.register(last)
from sru_ner.environment.garbage import collect_rarely
collect_rarely()
objects = [[] for _ in range(50_000)]
kept = Kept()
kept.itself = kept
del kept
"""


def test_a_command_looks_for_garbage_rarely_and_not_at_its_end() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["True True"]
    without = PROGRAM.replace("collect_rarely()\n", "")
    done = subprocess.run(
        [sys.executable, "-c", without], capture_output=True, text=True, check=True
    )
    assert "True True" not in done.stdout
    assert "collected" in done.stdout


def test_an_import_changes_nothing_for_the_user() -> None:
    for enabled in (True, False):
        (gc.enable if enabled else gc.disable)()
        with uncollected():
            assert not gc.isenabled()
        assert gc.isenabled() is enabled
    gc.enable()
