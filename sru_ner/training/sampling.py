"""Sampling: the sequences of an epoch, and the batch of each step."""

import math
from collections.abc import Iterator, Sequence

import numpy as np
from torch.utils.data import Sampler

_POOL_BATCHES = 50
"""Batches whose sequences are sorted by length together: little padding, enough randomness."""


class EqualSourceBatches(Sampler[list[int]]):
    """Yields batches of indices, one for each optimiser step; every source is equally likely.

    An epoch has as many sequences as a source has on average, unless another size is given. Each
    source gives the same number of them. A source is read in random order from start to end, then
    again in another order. So a small source is repeated evenly, and the next epoch continues a
    large source where the last one stopped. The batches depend on seed and epoch only: a resumed
    run draws the same batches as one without interruption, on any number of processes.
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
        """Take the source and the length (in sub-words) of every sequence, by index."""
        names = np.unique(sources)
        self._members = [np.flatnonzero(np.asarray(sources) == source) for source in names]
        self._lengths = np.asarray(lengths)
        self._batch_size = batch_size
        self._seed = seed
        self._epoch = 0
        epoch_sequences = epoch_sequences or round(len(sources) / len(names))
        self._per_source = max(1, round(epoch_sequences / len(names)))

    def set_epoch(self, epoch: int) -> None:
        """Set the epoch of the next iteration, counting from 0."""
        self._epoch = epoch

    def __len__(self) -> int:
        return math.ceil(self._per_source * len(self._members) / self._batch_size)

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
        """Return the indices of this epoch, source by source."""
        # Positions in the endless sequence of a source's permutations.
        positions = np.arange(self._per_source) + self._epoch * self._per_source
        drawn = []
        for number, members in enumerate(self._members):
            cycles, within = np.divmod(positions, len(members))
            for cycle in np.unique(cycles):
                shuffled = np.random.default_rng([self._seed, number, cycle]).permutation(members)
                drawn.append(shuffled[within[cycles == cycle]])
        return np.concatenate(drawn)
