"""Scoring: a large decisions table, from its file to counts."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from bench.report import Row, at_most
from bench.timing import in_turns
from sru_ner.evaluation.decisions import SCHEMA, read_decisions, write_decisions
from sru_ner.evaluation.scoring import DECISION_COLUMNS, count

_TYPES, _TESTED = 25, 10


def measure(scratch: Path, *, spans: int = 1_000_000, repeats: int = 5) -> Iterator[Row]:
    """Seconds for reading and counting a table of that many spans."""
    path = scratch / "decisions.parquet"
    tested = [f"corpus_{number}" for number in range(_TESTED)]
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


def random_decisions(spans: int, tested: list[str]) -> pa.Table:
    """A decisions table of made-up mentions of one model."""
    random = np.random.default_rng(0)
    gold = random.random(spans) < 0.8
    predicted = ~gold | (random.random(spans) < 0.8)
    start = random.integers(0, 2000, spans).astype(np.int32)
    types = np.array([f"Type_{number}" for number in range(_TYPES)])
    columns = {
        "model": np.full(spans, "together"),
        "tested": np.array(tested)[random.integers(0, len(tested), spans)],
        "split": np.full(spans, "test"),
        "document_id": (10_000_000 + np.arange(spans) // 20).astype(str),
        "sentence_id": (np.arange(spans) % 20 // 2).astype(np.int32),
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
