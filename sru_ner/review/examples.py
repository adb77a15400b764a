"""Sentences in which two versions differ, with the mentions of the annotators and of both.

They quote the corpora, so they go into pages that are not kept in git.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from markupsafe import Markup

from sru_ner.dataset.corpus import Corpus, CorpusSplit
from sru_ner.environment.provenance import json_digest
from sru_ner.errors import SruNerError
from sru_ner.evaluation.errors.changes import compare as compare_mentions
from sru_ner.evaluation.errors.classes import classify
from sru_ner.evaluation.groups import draw
from sru_ner.evaluation_report.quotes import PLACE, Quote, quote_sentences
from sru_ner.layout import HARMONIZED
from sru_ner.manifests.manifest import describe_splits
from sru_ner.rendering.drawing import LabelledSpan, colours_of, draw_spans
from sru_ner.review.comparison import CANDIDATE, CHAMPION, Comparison
from sru_ner.review.evidence import Evidence

PER_TYPE = 2
"""Changed mentions that are drawn for each tested corpus, type and kind of change."""
MOST = 24
"""Largest number of sentences."""
_CHANGED = ["tested", "type", "change"]


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence in which the two versions differ."""

    tested: str
    document_id: str
    lost: int
    """Mentions that the champion has right and the candidate wrong."""
    gained: int
    drawings: tuple[tuple[str, Markup], ...]
    """Whose mentions are drawn, and the drawing."""


def choose_examples(
    root: Path, candidate: Evidence, comparison: Comparison, names: dict[str, str]
) -> tuple[Example, ...]:
    """Choose sentences with lost and gained mentions, losses first.

    root: the project's root. Only corpora are quoted that are harmonised there, with the tables
    that both versions were tested on. names: side → name for readers.
    """
    if comparison.decisions is None:
        return ()
    splits = _same_texts(root, candidate, comparison)
    kept = comparison.decisions.filter(
        pc.field("tested").isin(pa.array([s.corpus.name for s in splits], pa.string()))
    )
    parts = [
        kept.filter(
            (pc.field("tested") == s.corpus.name)
            & pc.field("document_id").isin(pa.array(comparison.scored[s.corpus.name], pa.string()))
        )
        for s in splits
    ]
    scored = pa.concat_tables([kept.slice(0, 0), *parts])
    if not {CANDIDATE, CHAMPION} <= set(scored["model"].unique().to_pylist()):
        return ()
    changes = compare_mentions(scored, classify(scored), before=CHAMPION, after=CANDIDATE)
    changed = changes.filter(
        pc.field("change").isin(["lost", "gained"]) & pc.is_valid(pc.field("sentence_id"))
    )
    drawn = draw(changed, _CHANGED, PER_TYPE, seed=0).to_pandas()
    places = _places(drawn)
    quotes = quote_sentences(places, scored, splits)
    counts = changed.to_pandas().groupby([*PLACE, "change"]).size()
    return tuple(_example(quote, counts, names) for quote in _losses_first(quotes, counts))


def _same_texts(root: Path, candidate: Evidence, comparison: Comparison) -> list[CorpusSplit]:
    """Return the tested splits whose tables here are those of the test."""
    found = []
    for tested in comparison.scored:
        try:
            described = describe_splits(root / HARMONIZED, [tested], [candidate.split])
        except SruNerError:  # it is not harmonised here
            continue
        known = candidate.texts(tested) or "not known"
        if json_digest(described["sources"][tested]).startswith(known):
            found.append(Corpus(root / HARMONIZED, tested).split(candidate.split))
    return found


def _places(drawn: pd.DataFrame) -> pd.DataFrame:
    return drawn.sort_values("change", ascending=False)[PLACE].drop_duplicates().head(MOST)


def _losses_first(quotes: Iterable[Quote], counts: pd.Series) -> list[Quote]:
    return sorted(quotes, key=lambda quote: -_count(counts, quote, "lost"))


def _count(counts: pd.Series, quote: Quote, change: str) -> int:
    key = (quote.tested, quote.document_id, quote.sentence_id, change)
    return int(counts.get(key, 0))


def _example(quote: Quote, counts: pd.Series, names: dict[str, str]) -> Example:
    colours = colours_of(mention.type for mention in quote.mentions)

    def drawing(side: str | None) -> Markup:
        spans = [
            LabelledSpan(m.start, m.end, m.type, colours[m.type], dashed=not m.gold)
            for m in quote.mentions
            if (m.gold if side is None else m.in_inventory and side in m.scores)
        ]
        return draw_spans(quote.text, spans)

    return Example(
        tested=quote.tested,
        document_id=quote.document_id,
        lost=_count(counts, quote, "lost"),
        gained=_count(counts, quote, "gained"),
        drawings=(
            ("annotators", drawing(None)),
            (names[CHAMPION], drawing(CHAMPION)),
            (names[CANDIDATE], drawing(CANDIDATE)),
        ),
    )
