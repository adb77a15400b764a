import datetime
import io
import json
import re
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sru_ner.annotation.documents import AnnotatedDocument, Passage, TextDocument
from sru_ner.annotation.outputs import find_output, guess_output
from sru_ner.annotation.outputs.context import WriteContext
from sru_ner.corpora.incidents import Incidents
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.inference.spans import AnnotatedSpan

TEXT = "IL-2 <b>in mice It binds human IL-2."
FIELDS = {"year": 1999, "text": "other", "seen": datetime.date(2020, 1, 2), "p": float("nan")}


def span(start: int, end: int, type_: str = "Gene", text: str = TEXT) -> AnnotatedSpan:
    return AnnotatedSpan(start, end, text[start:end], type_, 0.75, (f"x${type_}",))


def document(**fields: object) -> TextDocument:
    return TextDocument("7", TEXT, (Passage(0, "title"), Passage(16, "RESULTS")), fields)


def write(
    name: str, *documents: AnnotatedDocument, columns: pa.Schema | None = None
) -> tuple[bytes, Incidents]:
    out, incidents = io.BytesIO(), Incidents()
    find_output(name).write(
        documents, out, WriteContext(("Gene", "Species"), incidents.add, columns)
    )
    return out.getvalue(), incidents


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


@pytest.mark.parametrize("name", ["bioc-xml", "bioc-json"])
def test_bioc_keeps_passages_fields_and_counts_mentions_across_passages(name: str) -> None:
    annotated = AnnotatedDocument(document(year=1999), (span(0, 4), span(11, 18), span(25, 35)))
    content, incidents = write(name, annotated)
    assert incidents.counts == {"mentions reaching into another passage, left out": 1}
    for kept in (b"1999", b"RESULTS", b"0.75", b"x$Gene"):
        assert kept in content
    assert content.count(b"human IL-2") == 2


def test_xml_replaces_what_it_cannot_hold_and_says_so() -> None:
    text = "IL-2\x00\r\nmice"
    annotated = AnnotatedDocument(TextDocument("7", text), (span(0, 4, text=text),))
    content, incidents = write("bioc-xml", annotated)
    assert "<text>IL-2\ufffd&#13;\nmice</text>".encode() in content
    assert list(incidents.counts.values()) == [1]


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


def test_brat_names_files_apart_and_safely(tmp_path: Path) -> None:
    documents = [
        AnnotatedDocument(TextDocument(name, "Mice"), (span(0, 4, "Gene", "Mice"),))
        for name in ("../x", "A", "a", ".hidden")
    ]
    incidents = Incidents()
    folder = tmp_path / "out"
    find_output("brat").write(documents, folder, WriteContext(("Gene",), incidents.add))
    names = sorted(path.name for path in folder.glob("*.ann"))
    assert names == ["A.ann", "_x.ann", "a_2.ann", "hidden.ann"]
    assert (
        folder / "A.ann"
    ).read_text() == "T1\tGene 0 4\tMice\n#1\tAnnotatorNotes T1\tscore 0.75\n"
    assert "<OVERLAP>" in (folder / "annotation.conf").read_text()
    assert incidents.counts == {"files not named after the document's identifier": 3}


def test_the_page_draws_nested_mentions_and_needs_nothing_beside_it() -> None:
    annotated = AnnotatedDocument(document(year=1999), (span(25, 35), span(25, 30, "Species")))
    content, _ = write("html", annotated, AnnotatedDocument(TextDocument("8", ""), ()))
    page = content.decode()
    assert page.count('class="label"') == 2
    assert "RESULTS" in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "year: 1999" in page
    assert not re.findall(r"https?://", page)


def test_formats_are_told_by_names() -> None:
    assert guess_output("x/spans.JSONL") == "jsonl"
    assert guess_output("a.conll") == "conll"
    with pytest.raises(InputError, match="the name does not tell"):
        guess_output("a.docx")
    with pytest.raises(UnknownNameError, match="there is no output format 'bioc'"):
        find_output("bioc")
