import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sru_ner.annotation.inputs import parquet
from sru_ner.annotation.inputs.source import InputOptions, Source
from sru_ner.corpora.incidents import Incidents
from sru_ner.errors import InputError
from tests.annotation.inputs.reading import read, write


def test_parquet_rows_are_read_by_row_group(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"id": ["7", None, "9"], "text": ["IL-2", "mice", None], "year": [1, 2, 3]})
    pq.write_table(table, path, row_group_size=2)
    documents, incidents = read(path)
    assert [(d.id, d.text, d.fields) for d in documents] == [
        ("7", "IL-2", {"year": 1}),
        ("a-000002", "mice", {"year": 2}),
    ]
    assert list(incidents.first.values()) == [
        f"{path}, row 3: there is no string under the key 'text'"
    ]
    source = Source(path, path.name)
    assert parquet.row_groups(source) == 2
    assert parquet.further_columns(source, InputOptions()).names == ["year"]
    first = Source(path, path.name, row_group=0)
    assert [d.text for d in parquet.read(first, InputOptions(), incidents.add)] == ["IL-2", "mice"]
    with pytest.raises(InputError, match="this is not a readable Parquet file"):
        read(write(tmp_path / "b.parquet", b"PAR1"))


def test_parquet_comes_through_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pq.write_table(pa.table({"text": ["IL-2"]}), tmp_path / "a.parquet")
    with (tmp_path / "a.parquet").open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        [document] = parquet.read(Source(None, "stdin"), InputOptions(), Incidents().add)
    assert (document.id, document.text) == ("stdin-000001", "IL-2")
