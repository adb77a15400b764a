"""Which sequences make an epoch, and which go together in a step."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from torch.utils.data import Sampler

_POOL_BATCHES = 50
"""Batches drawn at once and sorted by length among themselves: little padding, much chance."""


class EqualSourceBatches(Sampler[list[int]]):
    """Batches of indices, one for each optimiser step, in which every source is equally likely.

    One epoch has the mean source size, unless another is given. Each source gives the same number
    of sequences, one pass over its own random order after the other, so that a small source is
    repeated evenly and of a large one the next epoch sees what this one did not. Everything follows
    from (seed, epoch): a resumed run draws what an undisturbed one would have drawn, on however
    many processes.
    """

    def __init__(
        self,
        sources: Sequence[str] | np.ndarray,
        lengths: Sequence[int] | np.ndarray,
        *,
        batch_size: int,
        seed: int,
        epoch_sequences: int | None = None,
    ) -> None:
        """`sources` and `lengths` (sub-words) describe the sequences by index."""
        order = np.unique(sources)
        self._members = [np.flatnonzero(np.asarray(sources) == source) for source in order]
        self._lengths = np.asarray(lengths)
        self._batch_size = batch_size
        self._seed = seed
        self._epoch = 0
        # Of one epoch, from each source.
        epoch_sequences = epoch_sequences or round(len(sources) / len(order))
        self._share = max(1, round(epoch_sequences / len(order)))

    def set_epoch(self, epoch: int) -> None:
        """Say which epoch the next iteration is, counting from 0."""
        self._epoch = epoch

    def __len__(self) -> int:
        return math.ceil(self._share * len(self._members) / self._batch_size)

    def __iter__(self) -> Iterator[list[int]]:
        random = np.random.default_rng([self._seed, self._epoch])
        drawn = random.permutation(self._draw())
        pool = self._batch_size * _POOL_BATCHES
        batches: list[list[int]] = []
        for first in range(0, len(drawn), pool):
            near = drawn[first : first + pool]
            near = near[np.argsort(self._lengths[near], kind="stable")]
            batches += [
                near[i : i + self._batch_size].tolist()
                for i in range(0, len(near), self._batch_size)
            ]
        for index in random.permutation(len(batches)):
            yield batches[index]

    def _draw(self) -> np.ndarray:
        """Indices of this epoch."""
        # Positions in the endless row of a source's permutations.
        places = np.arange(self._share) + self._epoch * self._share
        drawn = []
        for number, members in enumerate(self._members):
            cycles, within = np.divmod(places, len(members))
            for cycle in np.unique(cycles):
                shuffled = np.random.default_rng([self._seed, number, cycle]).permutation(members)
                drawn.append(shuffled[within[cycles == cycle]])
        return np.concatenate(drawn)
