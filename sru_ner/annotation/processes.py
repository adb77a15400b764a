"""Annotates shards in processes of this machine."""

import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from sru_ner.annotation.job import Job
from sru_ner.annotation.plan import Shard
from sru_ner.annotation.records import Record
from sru_ner.annotation.shards import annotate_shard
from sru_ner.errors import SruNerError

_REMOVAL_SECONDS = 5.0
"""Time that a process has to remove what is unfinished, when it is told to end."""

Outcome = tuple[Shard, Record | SruNerError]
"""Shard with its record, or with the error for which it could not be annotated."""


def in_this_process(shards: Sequence[Shard], job: Job, folder: Path) -> Iterator[Outcome]:
    """Annotate one shard after the other."""
    annotator = job.annotator()
    for shard in shards:
        try:
            yield shard, annotate_shard(annotator, shard, job, folder)
        except SruNerError as error:
            yield shard, error


def in_processes(
    shards: Sequence[Shard], job: Job, folder: Path, *, processes: int
) -> Iterator[Outcome]:
    """Annotate several shards at a time, one in each process; yield them as they are finished.

    The processes share the machine's cores equally. Raises `SruNerError` if a process is killed.
    """
    threads = max(1, (os.cpu_count() or 1) // processes)
    # A forked process would inherit threads of torch that do not run in it.
    context = multiprocessing.get_context("spawn")
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(
        processes, mp_context=context, initializer=_start, initargs=(os.getpid(), threads)
    ) as pool:
        try:
            # A process starts with the first shards. Until it ignores Ctrl-C, it must not get it.
            before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                waiting = {pool.submit(_annotate, shard, job, folder): shard for shard in shards}
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, before)
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        except BrokenProcessPool:
            raise SruNerError(
                "a process that annotated was killed, perhaps because memory ran out",
                remedy="start again with --resume, and with fewer --processes",
            ) from None
        except BaseException:
            # Else the end of this process would wait for the shards that are being annotated.
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _annotate(shard: Shard, job: Job, folder: Path) -> Record | SruNerError:
    try:
        return annotate_shard(job.annotator(), shard, job, folder)
    except SruNerError as error:
        # An error whose class has other arguments cannot be sent to the parent process.
        return SruNerError(str(error))
    except SystemExit:
        os._exit(128 + signal.SIGTERM)  # the pool would go on with the next shard


def _start(parent: int, threads: int) -> None:
    """Set a process up: its threads, and its end when the parent ends, even by a kill."""
    # Ctrl-C reaches all processes, and the parent ends this one, which removes what is unfinished.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import torch  # noqa: PLC0415

    torch.set_num_threads(threads)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    signal.signal(signal.SIGTERM, _end)  # until here, there was nothing to remove


def _end(number: int, _: object) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a second one must not stop the removal
    # Just before and after a shard, the pool takes the exit for the shard's error and goes on.
    watch = threading.Timer(_REMOVAL_SECONDS, os._exit, (128 + number,))
    watch.daemon = True
    watch.start()
    sys.exit(128 + number)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
