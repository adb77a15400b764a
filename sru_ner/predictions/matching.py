"""Which predicted mention may count as which gold one: exact and relaxed matching.

Assumptions, once: a mention is (start, end, type), offsets are code points of one document and
end-exclusive, mentions are not empty and may nest and cross.

A criterion says which pairs of a gold and a predicted mention of one document fit. Each mention
counts once: the true positives are the most pairs that fit and share no mention (a maximum
matching of a bipartite graph, found by Hopcroft and Karp's algorithm). So a prediction that
covers two gold mentions finds one of them, of two predictions within one gold mention one is
right, and a criterion that lets more pairs fit never counts fewer. For exact matching this is the
number of mentions that both sides have.

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

from sru_ner.decisions.counts import COUNTS_SCHEMA, Counts, Ratios, add, mentions_to_count
from sru_ner.errors import InputError
from sru_ner.evaluation.groups import Numbers
from sru_ner.evaluation.overlaps import DOCUMENT_KEYS, Intervals, on_one_line, overlapping

Boundaries = Literal["exact", "left", "right", "overlap", "within"]
"""Equal; equal starts; equal ends; a code point in common; both boundaries no farther off than so
many code points. All but the first ask for a code point in common, too."""

ANY_TYPE = "any type"
"""Stands for the type in counts of a criterion that does not look at types."""
SUFFIX = "-any-type"


class Mention(NamedTuple):
    """A mention of one document."""

    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """When a predicted mention fits a gold one."""

    boundaries: Boundaries = "exact"
    typed: bool = True
    """Whether their types have to be equal."""
    tolerance: int = 0
    """Code points by which each boundary may be off; for `within` only."""

    def __str__(self) -> str:
        name = f"within-{self.tolerance}" if self.boundaries == "within" else self.boundaries
        return name if self.typed else name + SUFFIX


EXACT = Criterion()
STANDARD = tuple(
    Criterion(boundaries, typed)
    for typed in (True, False)
    for boundaries in ("exact", "left", "right", "overlap")
)
"""All criteria that need no number."""


def parse_criterion(name: str) -> Criterion:
    """The criterion of a name: `exact`, `left`, `right`, `overlap` or `within-N`.

    Followed by `-any-type`, types do not matter. Raises `InputError` for any other name.
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
        f"no way of matching is called {name!r}",
        remedy=f"take exact, left, right, overlap or within-N (N characters), with {SUFFIX} behind"
        " it where types do not matter",
    )


def match(
    gold: Sequence[Mention], predicted: Sequence[Mention], criterion: Criterion = EXACT
) -> list[tuple[int, int]]:
    """Pair the mentions of one document: (index of gold, index of predicted), in gold order.

    As many pairs as there can be; which they are, where there are several ways, is not said, but
    it is the same way for the same mentions.
    """
    mentions = [*gold, *predicted]
    places = on_one_line(
        pa.table(
            {
                "type": pa.array(
                    [m.type if criterion.typed else "" for m in mentions], pa.string()
                ),
                "start": pa.array([m.start for m in mentions], pa.int64()),
                "end": pa.array([m.end for m in mentions], pa.int64()),
            }
        ),
        ["type"],
    )
    partner = _matched(places[: len(gold)], places[len(gold) :], criterion)
    return [(i, int(j)) for i, j in enumerate(partner) if j >= 0]


@dataclass(frozen=True, slots=True)
class Matched:
    """The mentions of a decisions table, and which of them have a partner."""

    gold: pa.Table
    found: npt.NDArray[np.bool_]
    """(gold): it is a true positive, else a false negative."""
    predicted: pa.Table
    right: npt.NDArray[np.bool_]
    """(predicted): it is a true positive, else a false positive."""


def match_decisions(decisions: pa.Table, criterion: Criterion = EXACT) -> Matched:
    """Pair the mentions that are counted, under a criterion.

    Reads what `scoring.count` does, and offsets and documents besides. Where types do not matter,
    all are called `ANY_TYPE`.
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
    """Fold decisions into counts per model, tested source, split and type, under a criterion.

    Reads what `match_decisions` does and returns what `scoring.count` does; for `exact` the counts
    are the same. Where types do not matter, all are counted together as `ANY_TYPE`.
    """
    matched = match_decisions(decisions, criterion)
    return add(
        [_counts(matched.gold, tp=matched.found), _counts(matched.predicted, fp=~matched.right)]
    )


def half_credit(exact: Counts, overlap: Counts) -> Ratios:
    """Precision, recall and F1 where a mention that is found in part counts half.

    `exact` and `overlap` are counts of the same mentions under the two criteria.
    """
    right = (exact.tp + overlap.tp) / 2
    sizes = overlap.tp + overlap.fp, overlap.support
    precision, recall = (right / size if size else None for size in sizes)
    return Ratios(precision, recall, 2 * right / sum(sizes) if sum(sizes) else None)


def _counts(rows: pa.Table, **flags: npt.NDArray[np.bool_]) -> pa.Table:
    """Rows of `COUNTS_SCHEMA`: of gold mentions, told by `tp`, or of predicted ones, by `fp`."""
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
    """For each gold mention the index of its predicted one, or -1; (gold,)."""
    partner = np.full(len(gold.start), -1, dtype=np.int64)
    i, j = overlapping(gold, predicted)
    fits = _fits(gold, predicted, i, j, criterion)
    i, j = i[fits], j[fits]
    # Most pairs have nothing to choose from; the rest is what the graph is for.
    single = (np.bincount(i, minlength=1)[i] == 1) & (np.bincount(j, minlength=1)[j] == 1)
    partner[i[single]] = j[single]
    i, j = i[~single], j[~single]
    if len(i):
        from scipy.sparse import csr_array  # noqa: PLC0415
        from scipy.sparse.csgraph import maximum_bipartite_matching  # noqa: PLC0415

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
    """Of pairs that share a code point, those that the criterion takes."""
    left = np.abs(gold.start[i] - predicted.start[j])
    right = np.abs(gold.end[i] - predicted.end[j])
    if criterion.boundaries == "left":
        return left == 0
    if criterion.boundaries == "right":
        return right == 0
    if criterion.boundaries == "overlap":
        return np.ones(len(i), dtype=bool)
    # Exact matching tolerates nothing.
    return np.maximum(left, right) <= criterion.tolerance
