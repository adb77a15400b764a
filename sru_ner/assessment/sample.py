"""A stratified sample of predictions for people to judge.

What is sampled is an item: one sentence with one span and one type, however often it was predicted
and by however many models. Items are put into strata by corpus, type, score band, novelty and the
models that predicted them. From each stratum some are drawn without replacement, so that the
probability of an item to be drawn is known: drawn / size of its stratum.

In each stratum, the items with the smallest hash of seed and item are drawn. The draw is the same
on every machine, and an item that is still predicted later is drawn again.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sru_ner.assessment.candidates import Candidate
from sru_ner.assessment.items import Item, item_id
from sru_ner.errors import InputError


@dataclass(frozen=True, slots=True, order=True)
class StratumKey:
    """What the items of a stratum have in common."""

    source: str
    """Corpus, or collection of documents."""
    type: str
    low: float
    high: float
    """Upper end of the scores; exclusive, but inclusive in the highest band."""
    novelty: str
    """`new` to the training data, `seen` in it, or an empty string if that is not known."""
    models: tuple[str, ...]
    """The models that predicted them, sorted."""

    @property
    def name(self) -> str:
        """Name of the stratum, such as `bc5cdr/Gene/0.7-0.9/new/together`."""
        parts = [self.source, self.type, f"{self.low:g}-{self.high:g}", self.novelty]
        return "/".join(filter(None, [*parts, "+".join(self.models)]))


@dataclass(frozen=True, slots=True)
class Stratum:
    """Items that are drawn with the same probability."""

    key: StratumKey
    size: int
    """Number of items in the stratum."""
    drawn: int
    """Number of items drawn from it; at least one."""

    @property
    def probability(self) -> float:
        """Probability of each item to be drawn."""
        return self.drawn / self.size


@dataclass(slots=True)
class Unit:
    """All predictions of one span and type in one sentence."""

    id: str
    candidate: Candidate
    """The first of them, by source and document."""
    scores: dict[str, float] = field(default_factory=dict)
    """Model → its highest score."""
    predictions: dict[str, int] = field(default_factory=dict)
    """Model → how often it predicted this; more than 1 if the sentence is in several places."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample of the predictions of one or several models."""

    items: tuple[Item, ...]
    """What is judged, shuffled."""
    drawn: tuple[tuple[Unit, Stratum], ...]
    """What assessors do not see, for each item in the same order."""
    strata: tuple[Stratum, ...]
    """Strata with predictions, sorted."""
    outside_bands: int
    """Number of items whose highest score is in no band; they are not drawn."""
    assessors: int = 1
    """Number of people who judge; of a small sample, some may have no item."""


def draw_sample(
    candidates: Iterable[Candidate],
    *,
    bands: Sequence[float],
    per_stratum: int,
    seed: int,
    assessors: int = 1,
    shared: float = 0.0,
) -> Sample:
    """Draw at most `per_stratum` items from each stratum, and give them to assessors.

    bands: edges of the score bands; an item is in the band of its highest score. A prediction
    without a score counts as one with the highest. assessors: how many people judge. shared: share
    of the items, in [0, 1], that all of them judge; the others have one assessor each. Raises
    `InputError` unless there are two edges or more, and each is higher than the one before.
    """
    if len(bands) < 2 or any(low >= high for low, high in pairwise(bands)):
        raise InputError(
            f"the score bands {list(bands)} are not in ascending order",
            remedy="give at least two edges in `assess.score_bands`, the lowest first",
        )
    by_stratum, outside = _strata(candidates, bands)
    drawn: list[tuple[Unit, Stratum]] = []
    strata = []
    for key in sorted(by_stratum):
        units = sorted(by_stratum[key], key=lambda unit: _hash(seed, unit.id))[:per_stratum]
        stratum = Stratum(key, size=len(by_stratum[key]), drawn=len(units))
        strata.append(stratum)
        drawn.extend((unit, stratum) for unit in units)
    given = _assigned([unit.id for unit, _ in drawn], assessors, shared)
    drawn.sort(key=lambda pair: _hash(seed, "order", pair[0].id))
    items = tuple(_item(unit, given[unit.id], assessors) for unit, _ in drawn)
    return Sample(items, tuple(drawn), tuple(strata), outside, assessors)


def sizes_of(candidates: Iterable[Candidate], bands: Sequence[float]) -> list[int]:
    """Return the number of items of each stratum; arguments as of `draw_sample`."""
    return [len(units) for units in _strata(candidates, bands)[0].values()]


def per_stratum_for(sizes: Sequence[int], items: int) -> int:
    """Return the largest number per stratum with which at most `items` are drawn; at least 1."""
    number = 1
    while number < max(sizes, default=0) and sum(min(s, number + 1) for s in sizes) <= items:
        number += 1
    return number


def _strata(
    candidates: Iterable[Candidate], bands: Sequence[float]
) -> tuple[dict[StratumKey, list[Unit]], int]:
    """Return the items of each stratum, and the number of items outside the bands."""
    found: dict[StratumKey, list[Unit]] = {}
    outside = 0
    for unit in _units(candidates, bands[-1]):
        band = _band(max(unit.scores.values()), bands)
        if band is None:
            outside += 1
        else:
            found.setdefault(_key(unit, band), []).append(unit)
    return found, outside


def _units(candidates: Iterable[Candidate], unscored: float) -> list[Unit]:
    units: dict[str, Unit] = {}
    for each in sorted(candidates, key=lambda c: (c.source, c.document, c.model)):
        name = item_id(each.text, each.start, each.end, each.type)
        unit = units.setdefault(name, Unit(name, each))
        score = unscored if each.score is None else each.score
        unit.scores[each.model] = max(score, unit.scores.get(each.model, 0.0))
        unit.predictions[each.model] = unit.predictions.get(each.model, 0) + 1
    return list(units.values())


def _key(unit: Unit, band: tuple[float, float]) -> StratumKey:
    candidate = unit.candidate
    novelty = "" if candidate.seen is None else "seen" if candidate.seen else "new"
    return StratumKey(candidate.source, candidate.type, *band, novelty, tuple(sorted(unit.scores)))


def _band(score: float, bands: Sequence[float]) -> tuple[float, float] | None:
    if score == bands[-1]:
        return bands[-2], bands[-1]
    return next(((low, high) for low, high in pairwise(bands) if low <= score < high), None)


def _assigned(ids: Sequence[str], assessors: int, shared: float) -> dict[str, tuple[int, ...]]:
    """Give items, sorted by stratum, to assessors: every stratum has its part of the shared ones.

    A systematic sample: an item is shared when the running share passes a whole number.
    """
    everyone = tuple(range(1, assessors + 1))
    found, own = {}, 0
    for place, name in enumerate(ids):
        if assessors == 1 or int((place + 1) * shared + 1e-9) > int(place * shared + 1e-9):
            found[name] = everyone
        else:
            found[name] = (own % assessors + 1,)
            own += 1
    return found


def _item(unit: Unit, assessors: tuple[int, ...], number: int) -> Item:
    each = unit.candidate
    return Item(
        id=unit.id,
        document=each.document,
        before=each.before,
        text=each.text,
        after=each.after,
        start=each.start,
        end=each.end,
        type=each.type,
        shared=number > 1 and len(assessors) == number,
        assessors=assessors,
    )


def _hash(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
