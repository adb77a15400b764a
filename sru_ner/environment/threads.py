"""How the threads of torch wait for each other; imports nothing, for it must come before torch."""

import os


def spin_briefly() -> None:
    """Have threads that wait for each other spin for a moment, then sleep; before torch loads.

    Threads that go on spinning starve themselves as soon as anything else runs on the machine: a
    training step took 12 times as long. Threads that sleep at once have to be woken, which takes
    longer than most operations of a step: 394 ms a step instead of 350 on two idle cores. A policy
    that the user set stays.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", "1000")
