"""Shards in processes of this machine."""

import multiprocessing
import os
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from sru_ner.annotation.job import Job
from sru_ner.annotation.plan import Shard
from sru_ner.annotation.shards import Record, annotate_shard
from sru_ner.errors import SruNerError

Outcome = tuple[Shard, Record | SruNerError]
"""A shard with its record, or with what kept it from being finished."""


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
    """Annotate some shards at a time, each process with its share of the threads.

    Yields them as they are finished. Raises `SruNerError` where a process is lost.
    """
    threads = max(1, (os.cpu_count() or 1) // processes)
    # A forked process would inherit threads of torch that stand still in it.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        processes, mp_context=context, initializer=_start, initargs=(os.getpid(), threads)
    ) as pool:
        try:
            waiting = {pool.submit(_annotate, shard, job, folder): shard for shard in shards}
            for future in as_completed(waiting):
                yield waiting[future], future.result()
        except BrokenProcessPool:
            raise SruNerError(
                "a process that annotated was killed, perhaps for want of memory"
                "\n  → start again with --resume, and with fewer --processes"
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)


def _annotate(shard: Shard, job: Job, folder: Path) -> Record | SruNerError:
    try:
        return annotate_shard(job.annotator(), shard, job, folder)
    except SruNerError as error:
        # Errors with arguments of their own do not survive the way between processes.
        return SruNerError(str(error))


def _start(parent: int, threads: int) -> None:
    """Set up a process that ends when its parent does, even if that is killed."""
    import torch  # noqa: PLC0415
    from transformers.utils.logging import disable_progress_bar  # noqa: PLC0415

    torch.set_num_threads(threads)
    disable_progress_bar()
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)
