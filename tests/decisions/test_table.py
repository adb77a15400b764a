import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sru_ner.decisions.table import SCHEMA, read_decisions, write_decisions
from sru_ner.errors import InputError


def test_what_is_written_is_read_and_the_bytes_do_not_depend_on_row_order(tmp_path, decisions_of):
    table = decisions_of([{"start": 3, "end": 5}, {"start": 3, "end": 7}, {"document_id": "a"}])
    write_decisions(tmp_path / "one.parquet", table, tested=["t"])
    write_decisions(tmp_path / "two.parquet", table.take([2, 0, 1]), tested=["t"])
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()
    rows = read_decisions(tmp_path / "one.parquet", split="test", tested=["t"]).to_pylist()
    assert [(r["document_id"], r["start"], r["end"]) for r in rows] == [
        ("a", 0, 1),
        ("d", 3, 7),
        ("d", 3, 5),
    ]
    names = read_decisions(tmp_path / "one.parquet", columns=["type"]).column_names
    assert names == ["type"]


def test_missing_decisions_say_what_to_run(tmp_path):
    with pytest.raises(InputError, match="sru-ner evaluate together"):
        read_decisions(tmp_path / "together.parquet")


def test_another_table_is_refused(tmp_path):
    path = tmp_path / "together.parquet"
    pq.write_table(SCHEMA.remove_metadata().empty_table(), path)
    with pytest.raises(InputError, match="not a decisions table of version 1"):
        read_decisions(path)
    path.write_text("no Parquet")
    with pytest.raises(InputError, match="not a Parquet file"):
        read_decisions(path)


def test_decisions_about_something_else_are_refused(tmp_path, decisions_of):
    path = tmp_path / "together.parquet"
    write_decisions(path, decisions_of([{}]), tested=["t", "empty"])
    read_decisions(path, split="test", tested=["empty"])
    with pytest.raises(InputError, match="no decisions on other"):
        read_decisions(path, tested=["t", "other"])
    with pytest.raises(InputError, match="on the test split, not on dev"):
        read_decisions(path, split="dev")


def test_an_empty_table_is_a_table(tmp_path):
    path = tmp_path / "together.parquet"
    write_decisions(path, SCHEMA.empty_table(), tested=["t"])
    assert read_decisions(path, split="test", tested=["t"]) == pa.table(SCHEMA.empty_table())
