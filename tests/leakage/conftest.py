"""Small corpora of invented text, harmonised as far as leakage looks at them."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pytest

from sru_ner.dataset.schema import INVENTORIES, SCHEMAS
from sru_ner.dataset.tables import write_table

Corpora = Mapping[str, Mapping[str, Mapping[str, str]]]


@pytest.fixture
def corpora(tmp_path) -> Callable[[Corpora], Path]:
    """Write `{source: {split: {document_id: text}}}` as harmonised tables; returns their folder."""

    def write(content: Corpora) -> Path:
        root = tmp_path / "harmonized"
        for source, splits in content.items():
            for split, documents in splits.items():
                rows = [
                    {
                        "source": source,
                        "split": split,
                        "document_id": name,
                        "text": text,
                        "origin": f"f:{line}",
                        "sha256": "",
                    }
                    for line, (name, text) in enumerate(documents.items(), start=1)
                ]
                table = pa.Table.from_pylist(rows, schema=SCHEMAS["documents"])
                write_table(root, "documents", table, source, split)
            write_table(root, "inventories", INVENTORIES.empty_table(), source)
        return root

    return write
