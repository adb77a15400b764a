"""Compares two versions on the texts that both were tested on, with paired tests.

The tests are those of `evaluation.confidence.significance`: approximate randomisation and bootstrap
over documents, with Holm's correction over all corpora, or over all types of all corpora.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa

from sru_ner.evaluation.confidence import significance
from sru_ner.evaluation.confidence.document_counts import (
    DocumentCounts,
    count_by_document,
    micro_ratios,
)
from sru_ner.evaluation.contamination import Contaminations
from sru_ner.evaluation.matrix import Scope
from sru_ner.evaluation_report.clear_best import SIGNIFICANT
from sru_ner.leakage.pairs import Contamination
from sru_ner.review.evidence import Evidence

CANDIDATE, CHAMPION = "candidate", "champion"
"""Names of the two sides in tables of decisions: the reviewed version, and what it is held to."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference in micro F1, of the reviewed version minus the other."""

    tested: str
    type: str | None
    """None: over all types of the shown scope."""
    candidate: float
    champion: float
    """F1 of both over the types and documents that are compared."""
    value: float
    low: float | None
    high: float | None
    """95 % interval; None where there are fewer than two documents."""
    p_adjusted: float
    documents: int

    @property
    def significant(self) -> bool:
        """Whether it is more than chance, at the level of the evaluation report."""
        return self.p_adjusted <= SIGNIFICANT


@dataclass(frozen=True, slots=True)
class Comparison:
    """Differences between two versions."""

    cells: Mapping[str, Difference] = field(default_factory=dict)
    """Tested corpus → difference."""
    types: tuple[Difference, ...] = ()
    """Differences of the types that both know, the largest loss first."""
    untested: Mapping[str, str] = field(default_factory=dict)
    """Tested corpus → why the two cannot be compared there."""
    decisions: pa.Table | None = None
    """Decisions of both on the shared texts; `model` is `CANDIDATE` or `CHAMPION`."""
    scored: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Tested corpus → documents that are scored for both."""


def compare(candidate: Evidence, champion: Evidence, *, draws: int) -> Comparison:
    """Compare two versions on every corpus that both were tested on with the same texts.

    draws: of the randomisation and of the bootstrap.
    """
    tested = list(dict.fromkeys([*candidate.cells, *champion.cells]))
    untested = {name: why for name in tested if (why := _obstacle(candidate, champion, name))}
    shared = [name for name in tested if name not in untested]
    if not shared or candidate.decisions is None or champion.decisions is None:
        return Comparison(untested=untested)
    sides = {CANDIDATE: candidate, CHAMPION: champion}
    decisions = pa.concat_tables([_named(s.decisions, name) for name, s in sides.items()])
    counts = count_by_document(
        decisions,
        {name: _documents(candidate, champion, name) for name in shared},
        models=list(sides),
        leaks=_left_out(sides, shared),
    )
    whole = _differences([(each, None) for each in counts], candidate.shown, draws)
    single = _differences(chain.from_iterable(map(_by_type, counts)), "common", draws)
    return Comparison(
        cells={each.tested: each for each in whole},
        types=tuple(sorted(single, key=lambda each: (each.value, each.tested, each.type or ""))),
        untested=untested,
        decisions=decisions,
        scored={
            name: tuple(sorted(set(candidate.documents[name]) & set(champion.documents[name])))
            for name in shared
        },
    )


_NO_TYPE = "one of the two knows no type of this corpus"


def _obstacle(candidate: Evidence, champion: Evidence, tested: str) -> str | None:
    """Say why two versions cannot be compared on a corpus; None if they can."""
    for side in (candidate, champion):
        if tested not in side.cells:
            return f"{side.record.title} was not tested on it"
        if side.decisions is None or tested not in side.documents:
            return f"{side.record.title} was registered without its decisions"
        if side.f1(tested) is None:
            return _NO_TYPE
    one, other = candidate.texts(tested), champion.texts(tested)
    if one is None or other is None:
        return "it is not known whether the texts are the same"
    if one != other or candidate.split != champion.split:
        return "its texts or its gold mentions have changed between the two tests"
    return None


def _named(decisions: pa.Table, name: str) -> pa.Table:
    place = decisions.column_names.index("model")
    return decisions.set_column(place, "model", pa.repeat(name, decisions.num_rows))


def _documents(candidate: Evidence, champion: Evidence, tested: str) -> list[str]:
    return sorted({*candidate.documents[tested], *champion.documents[tested]})


def _left_out(sides: Mapping[str, Evidence], shared: Sequence[str]) -> Contaminations:
    """Name the documents that are scored for one side only."""
    candidate, champion = sides.values()
    both = {name: _documents(candidate, champion, name) for name in shared}
    cells = {
        (side, name): Contamination(
            documents=len(both[name]),
            tested=frozenset(both[name]) - frozenset(evidence.documents[name]),
            learned=0,
        )
        for side, evidence in sides.items()
        for name in shared
    }
    return Contaminations("drop_test", cells)


def _by_type(counts: DocumentCounts) -> Iterator[tuple[DocumentCounts, str]]:
    """Yield the counts of each type that both sides know."""
    for number, type_ in enumerate(counts.types):
        one = slice(number, number + 1)
        if counts.known[:, number].all():
            yield (
                replace(
                    counts,
                    tested=f"{counts.tested}\n{type_}",
                    types=(type_,),
                    counts=counts.counts[:, :, one],
                    known=counts.known[:, one],
                ),
                type_,
            )


def _differences(
    counted: Sequence[tuple[DocumentCounts, str | None]] | Iterator[tuple[DocumentCounts, str]],
    scope: Scope,
    draws: int,
) -> list[Difference]:
    """Test the difference of the two sides in each of some tables of counts."""
    tables: dict[str, tuple[DocumentCounts, str | None]] = {t.tested: (t, k) for t, k in counted}
    rows = significance.compare((table for table, _ in tables.values()), draws=draws).to_pylist()
    found = {row["tested"]: row for row in rows if row["scope"] == scope}
    return [_difference(*tables[name], found[name], scope) for name in tables if name in found]


def _difference(
    counts: DocumentCounts, type_: str | None, row: Mapping[str, Any], scope: Scope
) -> Difference:
    both = counts.scored.all(axis=0)
    types = counts.within(scope).all(axis=0)
    added = counts.counts[:, both][:, :, types].sum(axis=(1, 2))  # (2, 3)
    candidate, champion = (float(each) for each in np.nan_to_num(micro_ratios(added)["f1"]))
    return Difference(
        tested=counts.tested.partition("\n")[0],
        type=type_,
        candidate=candidate,
        champion=champion,
        value=row["difference"],
        low=row["low"],
        high=row["high"],
        p_adjusted=row["p_adjusted"],
        documents=row["documents"],
    )
