"""Exact and relaxed matching of predicted and gold mentions.

Assumptions: a mention is (start, end, type), its offsets are code points of one document,
end-exclusive. Mentions are not empty, and they may nest and cross.

A criterion says which pairs of a gold and a predicted mention of one document fit. Each mention
counts once. The true positives are the largest number of fitting pairs that share no mention: a
maximum matching of a bipartite graph, found by Hopcroft and Karp's algorithm. So a prediction that
covers two gold mentions finds one of them, and of two predictions within one gold mention one is
right. A criterion under which more pairs fit never counts fewer. For exact matching, the true
positives are the mentions that both sides have.

In the terms of SemEval 2013 task 9, which nervaluate counts: "strict" is `exact`, "exact" is
`exact-any-type`, "type" is `overlap`, and "partial" is `half_credit` of `exact-any-type` and
`overlap-any-type`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching

from sru_ner.decisions.counts import COUNTS_SCHEMA, Counts, Ratios, add, mentions_to_count
from sru_ner.errors import InputError
from sru_ner.evaluation.groups import Numbers
from sru_ner.evaluation.overlaps import DOCUMENT_KEYS, Intervals, on_one_line, overlapping

Boundaries = Literal["exact", "left", "right", "overlap", "within"]
"""Rule for the boundaries: equal; equal starts; equal ends; a code point in common; both boundaries
off by at most a number of code points. In all but the first, a code point must be in common."""

ANY_TYPE = "any type"
"""Type in the counts of a criterion that ignores types."""
SUFFIX = "-any-type"


class Mention(NamedTuple):
    """A mention in a document."""

    start: int
    """Offset of its start, in code points."""
    end: int
    """Offset of its end, in code points; exclusive."""
    type: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """Rule that says when a predicted mention fits a gold one."""

    boundaries: Boundaries = "exact"
    typed: bool = True
    """Whether the two types have to be equal."""
    tolerance: int = 0
    """Code points by which each boundary may be off; used by `within` only."""

    def __str__(self) -> str:
        name = f"within-{self.tolerance}" if self.boundaries == "within" else self.boundaries
        return name if self.typed else name + SUFFIX


EXACT = Criterion()
STANDARD = tuple(
    Criterion(boundaries, typed)
    for typed in (True, False)
    for boundaries in ("exact", "left", "right", "overlap")
)
"""Criteria that need no number."""


def parse_criterion(name: str) -> Criterion:
    """Return the criterion of a name: `exact`, `left`, `right`, `overlap` or `within-N`.

    With `-any-type` at the end, types do not matter. Raises `InputError` for any other name.
    """
    typed = not name.endswith(SUFFIX)
    plain = name.removesuffix(SUFFIX)
    kind, _, number = plain.partition("-")
    if kind == "within" and number.isascii() and number.isdecimal():
        return Criterion("within", typed, int(number))
    for found in STANDARD:
        if plain == found.boundaries:
            return Criterion(found.boundaries, typed)
    raise InputError(
        f"there is no way of matching {name!r}",
        remedy=f"take exact, left, right, overlap or within-N (N characters), followed by {SUFFIX}"
        " if types do not matter",
    )


def match(
    gold: Sequence[Mention], predicted: Sequence[Mention], criterion: Criterion = EXACT
) -> list[tuple[int, int]]:
    """Pair the mentions of one document: (index of gold, index of predicted), in gold order.

    The number of pairs is as large as possible. Where there are several ways to reach it, the same
    mentions always give the same pairs.
    """
    mentions = [*gold, *predicted]
    table = pa.table(
        {
            "type": pa.array([mention.type for mention in mentions], pa.string()),
            "start": pa.array([mention.start for mention in mentions], pa.int64()),
            "end": pa.array([mention.end for mention in mentions], pa.int64()),
        }
    )
    places = on_one_line(table, ["type"] if criterion.typed else [])
    partner = _matched(places[: len(gold)], places[len(gold) :], criterion)
    return [(i, int(j)) for i, j in enumerate(partner) if j >= 0]


@dataclass(frozen=True, slots=True)
class Matched:
    """Gold and predicted mentions of a decisions table, and which of them are matched."""

    gold: pa.Table
    """Gold mentions."""
    found: npt.NDArray[np.bool_]
    """Whether each gold mention is a true positive (else it is a false negative), (gold,)."""
    predicted: pa.Table
    """Predicted mentions."""
    right: npt.NDArray[np.bool_]
    """Whether each prediction is a true positive (else it is a false positive), (predicted,)."""


def match_decisions(decisions: pa.Table, criterion: Criterion = EXACT) -> Matched:
    """Match the mentions that are counted, under a criterion.

    Reads `decisions.counts.DECISION_COLUMNS`, offsets and documents. Where types do not matter,
    the type of all mentions is `ANY_TYPE`.
    """
    rows = mentions_to_count(decisions)
    if not criterion.typed:
        everything = pa.array([ANY_TYPE] * len(rows), pa.string())
        rows = rows.set_column(rows.column_names.index("type"), "type", everything)
        known = pa.array([True] * len(rows))
        rows = rows.set_column(rows.column_names.index("known"), "known", known)
    gold, predicted = rows.filter(pc.field("gold")), rows.filter(pc.field("predicted"))
    places = on_one_line(rows, [*DOCUMENT_KEYS, "type"])
    partner = _matched(
        places[rows["gold"].to_numpy()], places[rows["predicted"].to_numpy()], criterion
    )
    right = np.zeros(len(predicted), dtype=bool)
    right[partner[partner >= 0]] = True
    return Matched(gold, partner >= 0, predicted, right)


def count_matches(decisions: pa.Table, criterion: Criterion = EXACT) -> pa.Table:
    """Count matches under a criterion, by model, tested source, split and type.

    Reads what `match_decisions` reads, and returns a table like `decisions.counts.count`, which is
    the same for `exact`. Where types do not matter, all mentions are counted as `ANY_TYPE`.
    """
    matched = match_decisions(decisions, criterion)
    return add(
        [_counts(matched.gold, tp=matched.found), _counts(matched.predicted, fp=~matched.right)]
    )


def half_credit(exact: Counts, overlap: Counts) -> Ratios:
    """Compute precision, recall and F1 where a mention that is found in part counts half.

    `exact` and `overlap` are counts of the same mentions under the two criteria.
    """
    right = (exact.tp + overlap.tp) / 2
    sizes = overlap.tp + overlap.fp, overlap.support
    precision, recall = (right / size if size else None for size in sizes)
    return Ratios(precision, recall, 2 * right / sum(sizes) if sum(sizes) else None)


def _counts(rows: pa.Table, **flags: npt.NDArray[np.bool_]) -> pa.Table:
    """Return rows of `COUNTS_SCHEMA`, for gold mentions (with `tp`) or predictions (with `fp`)."""
    nothing = np.zeros(len(rows), dtype=bool)
    if "tp" in flags:
        flags |= {"fn": ~flags["tp"], "support": ~nothing}
        flags["inexpressible"] = pc.invert(rows["expressible"]).to_numpy()
    columns = {
        field.name: rows[field.name]
        if field.name in rows.column_names
        else flags.get(field.name, nothing).astype(np.int64)
        for field in COUNTS_SCHEMA
    }
    return pa.table(columns).cast(COUNTS_SCHEMA)


def _matched(gold: Intervals, predicted: Intervals, criterion: Criterion) -> Numbers:
    """Return the index of each gold mention's prediction, or -1 if it has none, (gold,)."""
    partner = np.full(len(gold.start), -1, dtype=np.int64)
    i, j = overlapping(gold, predicted)
    fits = _fits(gold, predicted, i, j, criterion)
    i, j = i[fits], j[fits]
    # Most mentions fit with one other only; the graph is for the rest.
    single = (np.bincount(i, minlength=1)[i] == 1) & (np.bincount(j, minlength=1)[j] == 1)
    partner[i[single]] = j[single]
    i, j = i[~single], j[~single]
    if len(i):
        rows, row = np.unique(i, return_inverse=True)
        columns, column = np.unique(j, return_inverse=True)
        shape = len(rows), len(columns)
        graph = csr_array((np.ones(len(i), dtype=np.int8), (row, column)), shape=shape)
        chosen = maximum_bipartite_matching(graph, perm_type="column")
        partner[rows[chosen >= 0]] = columns[chosen[chosen >= 0]]
    return partner


def _fits(
    gold: Intervals, predicted: Intervals, i: Numbers, j: Numbers, criterion: Criterion
) -> npt.NDArray[np.bool_]:
    """Return which pairs fit under the criterion; all of them share a code point."""
    left = np.abs(gold.start[i] - predicted.start[j])
    right = np.abs(gold.end[i] - predicted.end[j])
    if criterion.boundaries == "left":
        return left == 0
    if criterion.boundaries == "right":
        return right == 0
    if criterion.boundaries == "overlap":
        return np.ones(len(i), dtype=bool)
    # The tolerance of exact matching is 0.
    return np.maximum(left, right) <= criterion.tolerance
