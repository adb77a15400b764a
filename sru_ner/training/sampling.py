"""Sampling: the sequences of an epoch, and the batch of each step."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
        mentioning: Sequence[bool] | np.ndarray | None = None,
        mention_share: float = 0.0,
    ) -> None:
        """Take the source and the length (in sub-words) of every sequence, by index.

        mentioning: whether each sequence has a mention. mention_share: the smallest share of such
        sequences among those drawn from a source that has any; the others are left out in turns.
        """
        names = np.unique(sources)
        members = [np.flatnonzero(np.asarray(sources) == source) for source in names]
        everywhere = np.ones(len(sources), dtype=bool)
        has_mention = everywhere if mentioning is None else np.asarray(mentioning, dtype=bool)
        self._members = [_Members.of(own, has_mention[own], mention_share) for own in members]
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
            cycles, within = np.divmod(positions, members.per_cycle)
            for cycle in np.unique(cycles):
                random = np.random.default_rng([self._seed, number, cycle])
                drawn.append(members.cycle(random)[within[cycles == cycle]])
        return np.concatenate(drawn)


@dataclass(frozen=True, slots=True)
class _Members:
    """The sequences of one source, by index."""

    always: np.ndarray
    """Those that are drawn in every cycle."""
    rest: np.ndarray
    """Those of which a cycle draws some."""
    taken: int
    """How many of the rest a cycle draws."""

    @classmethod
    def of(cls, members: np.ndarray, has_mention: np.ndarray, share: float) -> "_Members":
        """Let a cycle have so few sequences without a mention that the others reach the share."""
        most = len(members)
        if share and has_mention.any():
            most = int(has_mention.sum() * (1 - share) / share)
        if most >= (~has_mention).sum():
            return cls(members, members[:0], 0)
        return cls(members[has_mention], members[~has_mention], most)

    @property
    def per_cycle(self) -> int:
        """Number of sequences in a cycle."""
        return len(self.always) + self.taken

    def cycle(self, random: np.random.Generator) -> np.ndarray:
        """Return the indices of a cycle in random order."""
        some = random.permutation(self.rest)[: self.taken] if self.taken else self.rest[:0]
        return random.permutation(np.concatenate([self.always, some]))
