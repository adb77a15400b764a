"""How a step's batch is shared out: among processes first, then among forward passes.

Both cuts are made along the batch sorted by length, where neighbours pad each other least, and so
that the largest piece is as small as it can be: processes wait for the slowest of them.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from torch.utils.data import Sampler

from sru_ner.training.sampling import EqualSourceBatches


class Share(NamedTuple):
    """What one process computes of a step."""

    parts: list[list[int]]
    """Indices of the sequences of each forward pass, in the order drawn; never empty."""
    counted: bool
    """Whether it counts. A process for which there was no sequence computes the shortest one for
    nothing, because a step ends when all processes have brought a gradient."""


def share_out(
    batch: Sequence[int], lengths: Sequence[int] | np.ndarray, *, processes: int, max_tokens: int
) -> list[Share]:
    """One share of a batch for each process.

    batch: indices of sequences. lengths: sub-words of all sequences, by index. max_tokens:
    sub-words with padding of one forward pass; a longer sequence has a pass of its own.
    """
    ordered = sorted(batch, key=lambda index: -lengths[index])
    # Parts are in the order drawn, so that one process in one pass has the very batch.
    place = {index: number for number, index in enumerate(batch)}
    shares = []
    for piece in _cut(ordered, lengths, pieces=min(processes, len(ordered))):
        passes = len(_fill([int(lengths[index]) for index in piece], max_tokens))
        parts = _cut(piece, lengths, pieces=passes, limit=max_tokens)
        shares.append(Share([sorted(part, key=place.__getitem__) for part in parts], counted=True))
    idle = Share([ordered[-1:]], counted=False)
    return shares + [idle] * (processes - len(shares))


class ProcessShares(Sampler[Share]):
    """The shares of one process of all steps of an epoch."""

    def __init__(
        self,
        batches: EqualSourceBatches,
        lengths: Sequence[int] | np.ndarray,
        *,
        process: int,
        processes: int,
        max_tokens: int,
    ) -> None:
        """`process` counts from 0; the rest as in `share_out`."""
        # The Trainer looks for `set_epoch` here, and in the sampler itself when it skips steps.
        self.batch_sampler = batches
        self._lengths = lengths
        self._process, self._processes = process, processes
        self._max_tokens = max_tokens

    def set_epoch(self, epoch: int) -> None:
        """Say which epoch the next iteration is, counting from 0."""
        self.batch_sampler.set_epoch(epoch)

    def __len__(self) -> int:
        return len(self.batch_sampler)

    def __iter__(self) -> Iterator[Share]:
        for batch in self.batch_sampler:
            shares = share_out(
                batch, self._lengths, processes=self._processes, max_tokens=self._max_tokens
            )
            yield shares[self._process]


def _cut(
    ordered: list[int],
    lengths: Sequence[int] | np.ndarray,
    *,
    pieces: int,
    limit: int | None = None,
) -> list[list[int]]:
    """Cut indices, longest first, into pieces whose largest padded size is the least possible.

    No piece of several rows is larger than `limit`, which must be possible.
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
    """Starts of the pieces that take as many rows as the limit lets them; longest row first.

    Pieces end early where the rows would not be enough for `at_least` pieces.
    """
    starts = [0]
    for row in range(1, len(sizes)):
        size = sizes[starts[-1]] * (row + 1 - starts[-1])
        if size > limit or len(sizes) - row <= at_least - len(starts):
            starts.append(row)
    return starts
