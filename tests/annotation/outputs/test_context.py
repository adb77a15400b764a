import datetime
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sru_ner.annotation.documents import AnnotatedDocument, TextDocument
from tests.annotation.outputs.writing import TEXT, document, span, write

FIELDS = {"year": 1999, "text": "other", "seen": datetime.date(2020, 1, 2), "p": float("nan")}


def test_what_else_is_known_is_kept_whatever_its_name() -> None:
    annotated = AnnotatedDocument(document(**FIELDS), (span(0, 4),))
    content, incidents = write("jsonl", annotated)
    assert json.loads(content) == {
        "id": "7",
        "text": TEXT,
        "passages": [{"start": 0, "name": "title"}, {"start": 16, "name": "RESULTS"}],
        "year": 1999,
        "input_text": "other",
        "seen": "2020-01-02",
        "p": None,
        "spans": [span(0, 4).as_dict()],
    }
    content, _ = write("parquet", annotated)
    [row] = pq.read_table(pa.BufferReader(content)).to_pylist()
    assert json.loads(row["fields"]) == {**FIELDS, "seen": "2020-01-02", "p": None}
    columns = pa.schema([("year", pa.int16()), ("text", pa.string())])
    content, _ = write("parquet", annotated, columns=columns)
    table = pq.read_table(pa.BufferReader(content))
    assert (table["year"].to_pylist(), table["input_text"].to_pylist()) == ([1999], ["other"])
    assert table.schema.field("year").type == pa.int16()
    assert incidents.counts == {}


@pytest.mark.parametrize("name", ["jsonl", "parquet"])
@pytest.mark.parametrize("order", [1, -1])
def test_what_several_models_found_before_is_kept_apart(name: str, order: int) -> None:
    fields = dict([("input_spans", ["first"]), ("spans", ["second"])][::order])
    columns = pa.schema([(key, pa.list_(pa.string())) for key in fields])
    annotated = AnnotatedDocument(TextDocument("7", TEXT, fields=fields), (span(0, 4),))
    content, _ = write(name, annotated, columns=columns)
    if name == "jsonl":
        row = json.loads(content)
    else:
        [row] = pq.read_table(pa.BufferReader(content)).to_pylist()
    assert row["input_spans"] == ["first"]
    assert row["input_input_spans"] == ["second"]
    assert row["spans"] == [span(0, 4).as_dict()]


@pytest.mark.parametrize("name", ["pubtator", "conll"])
def test_formats_of_lines_say_what_they_leave_out(name: str) -> None:
    odd = TextDocument("a|b\nc", TEXT, fields={"year": 1})
    _, incidents = write(name, AnnotatedDocument(odd, (span(0, 4), span(0, 15), span(1, 4))))
    left_out = {
        "mentions not made of whole words of one sentence, left out": 1,
        "mentions overlapping better ones, left out": 1,
    }
    assert incidents.counts == {
        "documents written without further fields": 1,
        "identifiers changed, which the format cannot hold": 1,
        **(left_out if name == "conll" else {}),
    }
