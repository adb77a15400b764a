"""A hand-written sentence with predictions that its corpus cannot judge."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from sru_ner.dataset.sentences import Sentence
from sru_ner.decisions.table import SCHEMA
from sru_ner.settings.params import Params

TEXT = "𝛼-Synuclein & <script>alert('x')</script> cause Parkinson disease\nin Mus musculus."
START = 100


def place(quote: str) -> dict[str, Any]:
    start = START + TEXT.index(quote)
    return {"start": start, "end": start + len(quote), "text": quote}


@pytest.fixture(scope="session")
def decisions_of() -> Callable[[list[dict[str, Any]]], pa.Table]:
    """Make a decisions table of rows that name only what matters; out of inventory by default."""

    def make(rows: list[dict[str, Any]]) -> pa.Table:
        full = []
        for row in rows:
            gold = row.get("gold", False)
            full.append(
                {
                    "model": "m",
                    "tested": "dis",
                    "split": "test",
                    "document_id": "d",
                    "sentence_id": 0,
                    "start": 0,
                    "end": 1,
                    "text": "x",
                    "type": "Gene",
                    "labels": [],
                    "gold": gold,
                    "predicted": not gold,
                    "score": None if gold else 0.8,
                    "in_inventory": gold,
                    "known": True,
                    "fits_words": True if gold else None,
                    "crosses_sentence": False if gold else None,
                    **row,
                }
            )
        return pa.Table.from_pylist(full, schema=SCHEMA)

    return make


@pytest.fixture(scope="session")
def sentence() -> Sentence:
    return Sentence("dis", "test", "d", 0, TEXT, START, words=(), mentions=())


@pytest.fixture(scope="session")
def decisions(decisions_of) -> pa.Table:
    """Gold and nested predictions on the sentence, one type with a hostile name."""
    return decisions_of(
        [
            {**place("Parkinson disease"), "type": "Disease", "gold": True, "predicted": True},
            {**place("𝛼-Synuclein"), "score": 0.95},
            {**place("Synuclein"), "score": 0.6},
            {**place("<script>alert('x')</script>"), "type": "<b onclick='y'>", "score": 0.75},
            {**place("Mus musculus"), "type": "Species", "score": 0.85},
        ]
    )


@pytest.fixture
def params() -> Params:
    return Params.model_validate(
        {
            "suite": "demo",
            "corpora": ["dis"],
            "train": {},
            "experiments": {"m": {"sources": ["dis"]}},
            "evaluate": {"tested": ["dis"]},
            "assess": {"experiment": "m"},
            "register": {"candidate": "m"},
        }
    )
