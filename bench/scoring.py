"""Scoring of large decisions tables, from their files to counts and intervals."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from bench.report import Row, at_most, shown
from bench.timing import in_turns
from sru_ner.decisions.counts import DECISION_COLUMNS, count
from sru_ner.decisions.table import SCHEMA, read_decisions, write_decisions
from sru_ner.evaluation.confidence.bootstrap import DRAWS, intervals
from sru_ner.evaluation.confidence.document_counts import DocumentCounts, count_by_document
from sru_ner.evaluation.confidence.significance import compare
from sru_ner.evaluation.scored import scored_decisions

_TYPES, _TESTED, _MODELS = 25, 10, 10
_PER_DOCUMENT = 20
"""Number of spans of a document, in all tested corpora together."""


def measure(
    scratch: Path, *, spans: int = 1_000_000, cell_spans: int = 10_000, repeats: int = 5
) -> Iterator[Row]:
    """Time the counting of a table of `spans`, and of a matrix with `cell_spans` in each cell."""
    tested = [f"corpus_{number}" for number in range(_TESTED)]
    path = scratch / "decisions.parquet"
    write_decisions(path, random_decisions(spans, tested), tested=tested)

    def score() -> None:
        count(read_decisions(path, columns=DECISION_COLUMNS, split="test", tested=tested))

    score()
    times = in_turns({"ours": score}, repeats)["ours"]
    yield at_most(
        f"scoring, {spans:,} spans",
        times.median,
        5,
        "s",
        f"gold and predicted mentions of {_TYPES} types in {_TESTED} corpora, read from Parquet"
        f" and folded into counts; {times}",
    )
    yield from _measure_confidence(scratch / "models", tested, cell_spans, repeats)


def _measure_confidence(
    folder: Path, tested: Sequence[str], cell_spans: int, repeats: int
) -> Iterator[Row]:
    models = [f"model_{number}" for number in range(_MODELS)]
    for number, model in enumerate(models):
        table = random_decisions(cell_spans * len(tested), tested, model=model, seed=number)
        write_decisions(folder / f"{model}.parquet", table, tested=tested)
    documents = dict.fromkeys(tested, _documents(cell_spans * len(tested)))

    def by_document() -> list[DocumentCounts]:
        scored = scored_decisions(folder, models, tested, "test")
        return count_by_document(scored, documents, models=models)

    sides = {
        "intervals": lambda: intervals(by_document()),
        "tests": lambda: compare(by_document()),
    }
    times = in_turns(sides, min(repeats, 3))
    cells = (
        f"{cell_spans:,} spans of {_TYPES} types in {len(next(iter(documents.values()))):,}"
        " documents a cell, read from Parquet"
    )
    yield at_most(
        f"matrix of {_MODELS} models × {_TESTED} corpora with {DRAWS:,} bootstrap draws",
        times["intervals"].median,
        60,
        "s",
        f"{cells}: precision, recall, micro and macro F1 of each cell and F1 of each type with"
        f" intervals; {times['intervals']}",
    )
    yield shown(
        f"tests between all pairs of {_MODELS} models on {_TESTED} corpora",
        times["tests"].median,
        "s",
        f"{cells}: approximate randomisation and paired bootstrap, 10,000 draws each;"
        f" {times['tests']}",
    )


def _documents(spans: int) -> list[str]:
    """Make the identifiers of the documents that hold `spans` spans."""
    return (10_000_000 + np.arange(-(-spans // _PER_DOCUMENT))).astype(str).tolist()


def random_decisions(
    spans: int, tested: Sequence[str], *, model: str = "together", seed: int = 0
) -> pa.Table:
    """Make a decisions table of random mentions; models of other seeds predict other mentions."""
    random, model_random = np.random.default_rng(0), np.random.default_rng([1, seed])
    gold = random.random(spans) < 0.8
    predicted = ~gold | (model_random.random(spans) < 0.8)
    start = random.integers(0, 2000, spans).astype(np.int32)
    types = np.array([f"Type_{number}" for number in range(_TYPES)])
    columns = {
        "model": np.full(spans, model),
        "tested": np.array(tested)[random.integers(0, len(tested), spans)],
        "split": np.full(spans, "test"),
        "document_id": np.repeat(_documents(spans), _PER_DOCUMENT)[:spans],
        "sentence_id": (np.arange(spans) % _PER_DOCUMENT // 2).astype(np.int32),
        "start": start,
        "end": start + 9,
        "text": np.full(spans, "a mention"),
        "type": types[random.integers(0, _TYPES, spans)],
        "labels": pa.array([[]] * spans, pa.list_(pa.string())),
        "gold": gold,
        "predicted": predicted,
        "score": pa.array(random.random(spans).astype(np.float32), mask=~predicted),
        "in_inventory": random.random(spans) < 0.9,
        "known": np.full(spans, True),
        "fits_words": pa.array(random.random(spans) < 0.99, mask=~gold),
        "crosses_sentence": pa.array(random.random(spans) < 0.001, mask=~gold),
    }
    return pa.table(columns).cast(SCHEMA)
