"""Precision of each model, estimated from the verdicts on a stratified sample.

The estimate is a ratio of weighted sums: of right predictions and of all. A judged item stands for
(items of its stratum) / (judged items of its stratum), so items without a verdict are taken to be
like the others of their stratum. The variance is that of a ratio under stratified sampling without
replacement, by Taylor linearisation (Särndal, Swensson and Wretman, Model Assisted Survey
Sampling, 1992, section 5.6). Strata with one judged item are taken together, which makes the
variance larger (collapsed strata: Cochran, Sampling Techniques, 1977, section 5A.12).

The interval is Wilson's, with the effective sample size p (1 − p) / variance, which has good
coverage for shares in complex samples (Franco, Little, Louis and Slud, J. Survey Stat. Methodol.
7(3), 2019). It does not hold the doubt of the assessors; see `agreement`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import numpy as np
import pyarrow as pa

from sru_ner.assessment.judgements import Judgements
from sru_ner.assessment.verdicts import Judgement, Verdict

LEVEL = 0.95
"""Confidence level of all intervals."""
STRICT = frozenset({Judgement.CORRECT})
LENIENT = frozenset({Judgement.CORRECT, Judgement.WRONG_BOUNDARY})
"""Judgements that count as right, if boundaries are not looked at."""


@dataclass(frozen=True, slots=True)
class Share:
    """An estimated share in [0, 1] with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Precision:
    """Precision of a model on a part of its predictions."""

    model: str
    part: str
    """What the part is: `all`, `type`, `source` or `mention`."""
    name: str
    """Which part, such as `Gene`; empty for all."""
    judged: int
    """Items with a verdict that counts."""
    predictions: float
    """Estimated number of the model's predictions of which these items are a sample."""
    uncovered: int
    """Items in strata of which none was judged; nothing is known of them."""
    strict: Share
    """Only what is correct counts."""
    lenient: Share
    """Wrong boundaries count, too."""


def estimate(key: pa.Table, judgements: Judgements) -> list[Precision]:
    """Return the precision of each model, of all its predictions and by part.

    key: table of `key.SCHEMA` of the same sample. A part none of whose items was judged is left
    out. An item on which assessors differ counts with the share of them that finds it right.
    """
    rows = [
        (row, judgements.final(row["id"]))
        for row in sorted(key.to_pylist(), key=lambda row: (row["model"], row["id"]))
    ]
    parts: Sequence[tuple[str, Callable[[Mapping[str, Any]], str]]] = (
        ("all", lambda row: ""),
        ("type", lambda row: row["type"]),
        ("source", lambda row: row["source"]),
        ("mention", lambda row: {True: "seen", False: "new", None: ""}[row["seen"]]),
    )
    found: list[Precision] = []
    for model in sorted({row["model"] for row, _ in rows}):
        own = [pair for pair in rows if pair[0]["model"] == model]
        for part, name_of in parts:
            names = sorted({name_of(row) for row, _ in own})
            if part in ("source", "mention") and len(names) < 2:
                continue
            for name in names:
                chosen = [pair for pair in own if name_of(pair[0]) == name]
                found += _of_part(model, part, name, chosen)
    return found


def _of_part(
    model: str, part: str, name: str, rows: Sequence[tuple[Mapping[str, Any], list[Verdict]]]
) -> Iterator[Precision]:
    """Yield the precision of some rows of one model, if any was judged."""
    sizes = {row["stratum"]: row["stratum_size"] for row, _ in rows}
    judged = [(row, verdicts) for row, verdicts in rows if verdicts]
    if not judged:
        return
    strata = [row["stratum"] for row, _ in judged]
    number = {stratum: strata.count(stratum) for stratum in set(strata)}
    size = np.array([sizes[stratum] for stratum in strata], dtype=float)
    drawn = np.array([number[stratum] for stratum in strata], dtype=float)
    predictions = np.array([row["predictions"] for row, _ in judged], dtype=float)
    shares = [
        ratio(
            np.array([fmean(v.verdict in right for v in verdicts) for _, verdicts in judged]),
            predictions,
            np.unique(strata, return_inverse=True)[1],
            size,
        )
        for right in (STRICT, LENIENT)
    ]
    yield Precision(
        model=model,
        part=part,
        name=name,
        judged=len(judged),
        predictions=float((size / drawn * predictions).sum()),
        uncovered=sum(n for stratum, n in sizes.items() if stratum not in number),
        strict=shares[0],
        lenient=shares[1],
    )


def ratio(
    right: np.ndarray, predictions: np.ndarray, stratum: np.ndarray, size: np.ndarray
) -> Share:
    """Return the share of right predictions.

    All arrays are [judged items]. right: share in [0, 1] of assessors that find the item right.
    predictions: how many predictions the item is. stratum: index of its stratum, int. size: number
    of items of its stratum in the population, float.
    """
    drawn = np.bincount(stratum)[stratum]
    weight = size / drawn
    total = (weight * predictions).sum()
    value = float((weight * predictions * right).sum() / total)
    residual = predictions * (right - value) / total
    variance = _variance(residual, stratum, size)
    return _interval(value, variance, len(right), bool((drawn == size).all()))


def _variance(residual: np.ndarray, stratum: np.ndarray, size: np.ndarray) -> float:
    """Return the variance of a stratified total of residuals, all [judged items]."""
    total, single = 0.0, []
    for each in np.unique(stratum):
        values, n = residual[stratum == each], int((stratum == each).sum())
        population = float(size[stratum == each][0])
        if n > 1:
            total += population**2 * (1 - n / population) * float(values.var(ddof=1)) / n
        elif population > 1:
            single.append(population * float(values[0]))
    if len(single) > 1:
        total += len(single) * float(np.var(single, ddof=1))
    return total + (single[0] ** 2 if len(single) == 1 else 0.0)


def _interval(value: float, variance: float, judged: int, everything: bool) -> Share:
    from statsmodels.stats.proportion import proportion_confint  # noqa: PLC0415

    if everything:  # nothing is left to chance
        return Share(value, value, value)
    # Strata can all be of one mind by chance: the sample is not taken for larger than it is.
    effective = float(judged)
    if variance > 0 and 0 < value < 1:
        effective = min(effective, value * (1 - value) / variance)
    low, high = proportion_confint(value * effective, effective, 1 - LEVEL, method="wilson")
    return Share(value, float(low), float(high))
