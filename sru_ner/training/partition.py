"""Partition of a step's batch: among processes first, then among forward passes.

Both cuts go along the batch sorted by length, where neighbours need the least padding. The largest
piece is as small as possible, because all processes wait for the slowest one.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from torch.utils.data import Sampler

from sru_ner.training.sampling import EqualSourceBatches


class ProcessBatch(NamedTuple):
    """The sequences that one process computes in a step."""

    passes: list[list[int]]
    """Indices of the sequences of each forward pass, in the order drawn; never empty."""
    counted: bool
    """Whether the sequences count. A process without a sequence computes the shortest one, which
    does not count, because a step ends only when every process has a gradient."""


def partition(
    batch: Sequence[int], lengths: Sequence[int] | np.ndarray, *, processes: int, max_tokens: int
) -> list[ProcessBatch]:
    """Divide a batch among processes, and each process's part among forward passes.

    batch: indices of sequences. lengths: number of sub-words of every sequence, by index.
    max_tokens: sub-words of a forward pass, padding included; a longer sequence has a pass of its
    own. Returns one part for each process.
    """
    ordered = sorted(batch, key=lambda index: -lengths[index])
    # Passes keep the order drawn, so that one process with one pass gets the batch as it was.
    place = {index: number for number, index in enumerate(batch)}
    parts = []
    for piece in _cut(ordered, lengths, pieces=min(processes, len(ordered))):
        count = len(_fill([int(lengths[index]) for index in piece], max_tokens))
        passes = _cut(piece, lengths, pieces=count, limit=max_tokens)
        in_order = [sorted(each, key=place.__getitem__) for each in passes]
        parts.append(ProcessBatch(in_order, counted=True))
    idle = ProcessBatch([ordered[-1:]], counted=False)
    return parts + [idle] * (processes - len(parts))


class ProcessBatches(Sampler[ProcessBatch]):
    """Yields the part of one process of each step of an epoch."""

    def __init__(
        self,
        batches: EqualSourceBatches,
        lengths: Sequence[int] | np.ndarray,
        *,
        process: int,
        processes: int,
        max_tokens: int,
    ) -> None:
        """Divide the batches of an epoch. process: counts from 0. Others: as in `partition`."""
        # The Trainer looks for `set_epoch` here, and in the sampler itself when it skips steps.
        self.batch_sampler = batches
        self._lengths = lengths
        self._process, self._processes = process, processes
        self._max_tokens = max_tokens

    def set_epoch(self, epoch: int) -> None:
        """Set the epoch of the next iteration, counting from 0."""
        self.batch_sampler.set_epoch(epoch)

    def __len__(self) -> int:
        return len(self.batch_sampler)

    def __iter__(self) -> Iterator[ProcessBatch]:
        for batch in self.batch_sampler:
            parts = partition(
                batch, self._lengths, processes=self._processes, max_tokens=self._max_tokens
            )
            yield parts[self._process]


def _cut(
    ordered: list[int],
    lengths: Sequence[int] | np.ndarray,
    *,
    pieces: int,
    limit: int | None = None,
) -> list[list[int]]:
    """Cut indices, longest first, into pieces such that the largest padded size is smallest.

    No piece with several rows is larger than `limit`; the caller makes sure that this is possible.
    """
    sizes = [int(lengths[index]) for index in ordered]
    low, high = sizes[0], sizes[0] * len(sizes)
    if limit is not None:
        low, high = min(low, limit), min(high, limit)
    while low < high:
        middle = (low + high) // 2
        if len(_fill(sizes, middle)) <= pieces:
            high = middle
        else:
            low = middle + 1
    ends = [*_fill(sizes, low, at_least=pieces)[1:], len(ordered)]
    return [ordered[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _fill(sizes: list[int], limit: int, at_least: int = 1) -> list[int]:
    """Return the starts of pieces that take as many rows as the limit allows, longest row first.

    Pieces end earlier if there would otherwise be fewer than `at_least` of them.
    """
    starts = [0]
    for row in range(1, len(sizes)):
        size = sizes[starts[-1]] * (row + 1 - starts[-1])
        if size > limit or len(sizes) - row <= at_least - len(starts):
            starts.append(row)
    return starts
