"""How the threads of torch wait for each other; imports nothing, for it must come before torch."""

import os


def wait_asleep() -> None:
    """Have threads that wait for each other sleep instead of spin; to be called before torch loads.

    Spinning threads starve themselves as soon as anything else runs on the machine: a training
    step took 12 times as long. Waiting asleep costs nothing. A policy that the user set stays.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", "1000")
