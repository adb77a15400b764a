"""How far assessors agree, beyond what chance would give.

Raw agreement is the share of pairs of verdicts on one item that are the same. Cohen's kappa
compares two assessors, and its interval is that of Fleiss, Cohen and Everitt (Psychol. Bull.
72(5), 1969). Fleiss' kappa and Krippendorff's alpha (nominal) compare all of them; alpha takes
items that only some judged. Their intervals, and that of the raw agreement, are percentiles of a
bootstrap over items. Nothing is weighted: the agreement is that on the sample.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from sru_ner.assessment.judgements import Judgements
from sru_ner.assessment.precision import LEVEL, Share
from sru_ner.assessment.verdicts import Judgement

RESAMPLES = 1000
SEED = 0
SCALES = ("all verdicts", "correct or not")
"""What is compared: the verdict, or whether it is `correct`; the unsure count as open there."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of assessors on one scale. A coefficient is None where it is not defined."""

    scale: str
    items: int
    """Items that two assessors or more judged."""
    assessors: int
    raw: Share | None
    fleiss: Share | None
    """On the items that all assessors judged."""
    alpha: Share | None
    cohen: tuple[tuple[str, str, int, Share | None], ...]
    """Two assessors, the number of items that both judged, and their kappa."""


def agreement(judgements: Judgements) -> list[Agreement]:
    """Return the agreement on both scales; nothing if no item has two verdicts."""
    names = list(judgements.by_assessor)
    table = np.full((len(judgements.items.items), len(names)), -1)
    for row, item in enumerate(judgements.items.items):
        for column, name in enumerate(names):
            if (verdict := judgements.by_assessor[name].get(item.id)) is not None:
                table[row, column] = list(Judgement).index(verdict.verdict)
    unsure = list(Judgement).index(Judgement.UNSURE)
    binary = np.where((table < 0) | (table == unsure), -1, np.minimum(table, 1))
    made = (_agreement(s, t, names) for s, t in zip(SCALES, (table, binary), strict=True))
    return [each for each in made if each.items]


def _agreement(scale: str, table: np.ndarray, names: Sequence[str]) -> Agreement:
    """table: [items, assessors], the index of the verdict, or -1 for none."""
    table = table[(table >= 0).sum(axis=1) >= 2]
    whole = table[(table >= 0).all(axis=1)]
    return Agreement(
        scale=scale,
        items=len(table),
        assessors=len(names),
        raw=_resampled(_raw, _counted(table)),
        fleiss=_resampled(_fleiss, _counted(whole)),
        alpha=_resampled(_alpha, _counted(table)),
        cohen=tuple(
            (names[a], names[b], *_cohen(table[:, [a, b]]))
            for a, b in combinations(range(len(names)), 2)
        ),
    )


def _counted(table: np.ndarray) -> np.ndarray:
    """Return how often each verdict was given to each item: [items, verdicts]."""
    return np.stack([(table == index).sum(axis=1) for index in range(len(Judgement))], axis=1)


def _resampled(of: Callable[[np.ndarray], float], counts: np.ndarray) -> Share | None:
    """Return a coefficient of counts [items, verdicts] with its bootstrap interval."""
    value = of(counts) if len(counts) else float("nan")
    if np.isnan(value):
        return None
    draw = np.random.default_rng(SEED)
    samples = [of(counts[draw.integers(len(counts), size=len(counts))]) for _ in range(RESAMPLES)]
    tail = (1 - LEVEL) / 2
    low, high = np.nanquantile(samples, [tail, 1 - tail])
    return Share(value, float(low), float(high))


def _raw(counts: np.ndarray) -> float:
    pairs = counts.sum(axis=1) * (counts.sum(axis=1) - 1)
    return float((counts * (counts - 1)).sum() / pairs.sum())


def _fleiss(counts: np.ndarray) -> float:
    from statsmodels.stats.inter_rater import fleiss_kappa  # noqa: PLC0415

    # Chance agrees always if there is one verdict only: kappa is 0 / 0.
    return float("nan") if _one_verdict(counts) else float(fleiss_kappa(counts))


def _alpha(counts: np.ndarray) -> float:
    """Compute Krippendorff's alpha for nominal data, from counts [items, verdicts].

    Source: K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C. The
    package of that name is under the GPL, which would concern everything that comes with it.
    """
    if _one_verdict(counts):
        return float("nan")
    each, of_verdict = counts.sum(axis=1), counts.sum(axis=0)
    total = each.sum()
    observed = ((each**2 - (counts**2).sum(axis=1)) / (each - 1)).sum() / total
    expected = (total**2 - (of_verdict**2).sum()) / (total * (total - 1))
    return float(1 - observed / expected)


def _one_verdict(counts: np.ndarray) -> bool:
    return int((counts.sum(axis=0) > 0).sum()) < 2


def _cohen(pair: np.ndarray) -> tuple[int, Share | None]:
    """pair: [items, 2]. Return the number of items that both judged, and kappa."""
    from statsmodels.stats.inter_rater import cohens_kappa  # noqa: PLC0415

    pair = pair[(pair >= 0).all(axis=1)]
    square = np.zeros((len(Judgement), len(Judgement)))
    np.add.at(square, (pair[:, 0], pair[:, 1]), 1)
    if len(pair) == 0 or _one_verdict(square + square.T):
        return len(pair), None
    found = cohens_kappa(square)
    low, high = max(found.kappa_low, -1.0), min(found.kappa_upp, 1.0)
    return len(pair), Share(float(found.kappa), float(low), float(high))
