"""Sets how the threads of torch wait for each other.

Imports no library: the setting has no effect once torch is loaded.
"""

import os


def spin_briefly() -> None:
    """Let waiting threads spin for a moment, then sleep; call it before torch is imported.

    Threads that only spin take the processor from other programs: with one of those on the machine,
    a training step took 12 times as long. Threads that sleep at once have to be woken up, which
    takes longer than most operations of a step: a step took 394 ms instead of 350 ms on two idle
    cores. A policy that the user has set in OMP_WAIT_POLICY is kept.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", "1000")
