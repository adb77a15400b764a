"""What a model can do in a process that was forked after the model was loaded or used.

Only the thread that forks lives on in the new process. The threads of torch do not, and a
computation that waits for them never ends.
"""

import os
from functools import cache

import torch

from sru_ner.errors import InputError


class Process:
    """The process that made this object, or got it from another one that was not forked."""

    def __init__(self) -> None:
        self._number = os.getpid()

    def __setstate__(self, state: object) -> None:
        """Take this process for the one that loaded the model: the model was sent here."""
        self._number = os.getpid()

    def check(self, device: torch.device, *, own_threads: bool) -> None:
        """Prepare for computing, so that neither this process nor one forked from it hangs.

        Processes that are forked from now on compute with one thread each. own_threads: whether a
        library other than torch computes, in threads that only it knows.

        Raises `InputError` if this process was forked after the object was made, and the model is
        on another device than the CPU or has threads of its own.
        """
        _use_one_thread_after_fork()
        if os.getpid() == self._number or (device.type == "cpu" and not own_threads):
            return
        where = "in ONNX Runtime" if own_threads else f"on {device}"
        raise InputError(
            f"this process was forked after the model was loaded, and a model that computes {where}"
            " cannot be used in both processes",
            remedy="load the model in each process, after the fork; or start processes with the"
            " method 'spawn': multiprocessing.get_context('spawn')",
        )


@cache
def _use_one_thread_after_fork() -> None:
    """Let processes that are forked from this one compute with one thread, from now on."""
    if hasattr(os, "register_at_fork"):  # not on Windows, which cannot fork
        os.register_at_fork(after_in_child=_use_one_thread)


def _use_one_thread() -> None:
    torch.set_num_threads(1)
