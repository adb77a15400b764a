"""Hand-written decisions."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from sru_ner.evaluation.decisions import SCHEMA

Rows = list[dict[str, Any]]


@pytest.fixture(scope="session")
def decisions_of() -> Callable[[Rows], pa.Table]:
    """Make a decisions table of rows that name only what matters; gold and missed by default."""

    def make(rows: Rows) -> pa.Table:
        full = []
        for row in rows:
            gold = row.get("gold", True)
            predicted = row.get("predicted", False)
            full.append(
                {
                    "model": "m",
                    "tested": "t",
                    "split": "test",
                    "document_id": "d",
                    "sentence_id": 0,
                    "start": 0,
                    "end": 1,
                    "text": "x",
                    "type": "Disease",
                    "labels": ["Disease"] if predicted else [],
                    "gold": gold,
                    "predicted": predicted,
                    "score": 0.9 if predicted else None,
                    "in_inventory": True,
                    "known": True,
                    "fits_words": True if gold else None,
                    "crosses_sentence": False if gold else None,
                    **row,
                }
            )
        return pa.Table.from_pylist(full, schema=SCHEMA)

    return make
