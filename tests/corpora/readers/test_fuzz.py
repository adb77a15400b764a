"""Files spoiled at random: whatever is in one, it is read, or refused by an `SruNerError`.

What was read is also converted and checked against the laws of the schema, which then hold.
"""

import zipfile
import zlib
from functools import reduce
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import spacy
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from spacy.tokens import DocBin, Span

from sru_ner.corpora.readers import READERS
from sru_ner.dataset.schema import table_path
from sru_ner.errors import SruNerError
from sru_ner.harmonize.checks import check_split
from sru_ner.harmonize.convert import convert
from sru_ner.harmonize.tables import split_tables

FIXTURES = Path(__file__).parents[2] / "fixtures"
SCAI = {"start_column": 1, "end_column": 2, "tag_prefix": "|", "document_marker": "###"}
CONLLU = {
    "id_column": 0,
    "word_column": 1,
    "tag_column": 3,
    "nested_tag_columns": (4,),
    "comment": "#",
    "document_marker": "# newdoc",
    "document_ids": True,
}
FILES = {
    "bioc_json": ("bioc/plain.json", {}),
    "bioc_json, sentences": ("bioc/sentences.json", {"type_ends_at": ":"}),
    "bioc_xml": ("bioc/plain.xml", {}),
    "bioc_xml, sentences": ("bioc/sentences.xml", {"offsets": "passage"}),
    "genia": ("genia/terms.xml", {}),
    "iob": ("iob/sentences.tsv", {}),
    "iob, IOBES": ("iob/documents.tsv", {"scheme": "iobes", "untyped": "X", "comment": "#"}),
    "iob, offsets": ("iob/scai.iob", {**SCAI, "encoding": "mac_roman", "sentences": False}),
    "iob, CoNLL-U": ("iob/conllu.conllu", CONLLU),
    "json": ("json/nested.json", {"discontinuous": "parts"}),
    "json, Label Studio": ("json/label_studio.json", {}),
    "json, spaCy 2": ("json/spacy2.json", {}),
    "json, PubAnnotation": ("json/pubannotation.json", {"discontinuous": "hull"}),
    "markdown": ("markdown/nested.md", {}),
    "pubtator": ("pubtator/flawed.pubtator", {}),
    "pubtator, passages": ("pubtator/plain.pubtator", {"offsets": "passage"}),
    "jsonl": ("jsonl/tools.jsonl", {}),
    "jsonl, tokens": ("jsonl/tokens.jsonl", {"tag_names": ("O", "B-X")}),
    "spans_csv": ("spans_csv/plain.csv", {}),
    "spans_csv, files": ("spans_csv/files.tsv", {"document_id": 1, "start": 3, "end": 4}),
    "tags_xml": ("tags_xml/names.xml", {}),
    "tags_xml, pieces": ("tags_xml/names.xml", {"type_is": "element", "discontinuous": "parts"}),
    "uima_xmi": ("uima/named.xmi", {}),
    "uima_xmi, feature": ("uima/named.xmi", {"feature": "identifier"}),
    "webanno_tsv": ("webanno/named.tsv", {}),
    "webanno_tsv, another layer": ("webanno/named.tsv", {"layers": ("POS",)}),
}

PIECES = [
    piece.encode("utf-8", "surrogatepass")
    for piece in (
        *("\t", "\n", "\r", " ", "|", ",", ";", "-", '"', "{", "[", "\\", "#", "###", "\x00"),
        *("\ufeff", "\u2028", "\u0301", "\u00a0", "\U0001d6fc", "\ud800", "\\ud800"),
        *("0", "-1", "9" * 30, "NaN", "1e9", "null", "true", "T1\tX 0 1;1 2\t"),
        *("[1]", "_", "*", "&#10;", "<", "/>", 'begin="', "#Text=", "1-1\t", "~", 'c="', ":"),
    )
]
PLACE = st.floats(0, 1)
SPOIL = st.one_of(
    st.tuples(st.just("insert"), PLACE, PLACE, st.sampled_from(PIECES) | st.binary(max_size=4)),
    st.tuples(st.just("replace"), PLACE, PLACE, st.sampled_from(PIECES)),
    st.tuples(st.sampled_from(["cut", "repeat", "swap"]), PLACE, PLACE, st.just(b"")),
)
SPOILS = st.lists(SPOIL, min_size=1, max_size=4)
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def spoil(content: bytes, change) -> bytes:
    how, here, there, piece = change
    a, b = sorted((int(here * len(content)), int(there * len(content))))
    if how == "insert":
        return content[:a] + piece + content[a:]
    if how == "replace":
        return content[:a] + piece + content[a + len(piece) :]
    if how == "cut":
        return content[:a] + content[b:]
    if how == "repeat":
        return content[:b] + content[a:b] + content[b:]
    return content[b:] + content[:a]


def spoiled(content: bytes, changes) -> bytes:
    return reduce(spoil, changes, content)


def survives(reader: str, path: Path, **options) -> None:
    """Read a file and harmonise what it has; only an `SruNerError` of the reader may be raised."""
    found = READERS[reader]
    try:
        reading = found.read(path, name="x", options=found.options.model_validate(options))
    except SruNerError:
        return
    documents = {}
    for raw in reading.documents:
        types = {mention.type: "X" for mention in raw.mentions}
        document, conversion = convert(raw, types)
        assert conversion.in_file == conversion.kept + conversion.refused
        documents.setdefault(raw.id, ("file", document))
    check_split(split_tables("x", "train", list(documents.values())))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


@pytest.mark.parametrize("name", FILES)
@given(changes=SPOILS)
@QUICK
def test_text_files(folder, name, changes):
    file, options = FILES[name]
    path = folder / "file"
    path.write_bytes(spoiled((FIXTURES / file).read_bytes(), changes))
    survives(name.split(",")[0], path, **options)


@given(changes=SPOILS, file=st.sampled_from(["7.ann", "7.txt", "8.a1", "8.txt"]))
@QUICK
def test_brat(folder, changes, file):
    path = folder / "brat.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for original in (FIXTURES / "brat" / "train").iterdir():
            content = original.read_bytes()
            if original.name == file:
                content = spoiled(content, changes)
            archive.writestr(original.name, content)
    survives("brat", path)


@given(changes=SPOILS, file=st.sampled_from(["concept/1.con", "txt/1.txt"]))
@QUICK
def test_i2b2_con(folder, changes, file):
    path = folder / "con.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("concept/1.con", "txt/1.txt"):
            content = (FIXTURES / "i2b2_con" / name).read_bytes()
            archive.writestr(name, spoiled(content, changes) if name == file else content)
    survives("i2b2_con", path)


@pytest.fixture(scope="module")
def docbin():
    nlp = spacy.blank("en")
    doc = nlp("IL-2 in \U0001d6fc mice  and na\u00efve rats.")
    doc.ents = [Span(doc, 0, 1, "GENE"), Span(doc, 2, 4, "PERSON")]
    doc.spans["sc"] = [Span(doc, 0, 3, "A"), Span(doc, 2, 4, "B")]
    return DocBin(docs=[doc, nlp("No gene")]).to_bytes()


@given(changes=SPOILS, inside=st.booleans(), spans=st.sampled_from([(), ("sc",)]))
@QUICK
def test_spacy_docbin(folder, docbin, changes, inside, spans):
    content = zlib.compress(spoiled(zlib.decompress(docbin), changes)) if inside else docbin
    (folder / "a.spacy").write_bytes(content if inside else spoiled(docbin, changes))
    survives("spacy_docbin", folder / "a.spacy", spans=spans)


@given(changes=SPOILS, table=st.sampled_from(["documents", "sentences", "spans"]))
@QUICK
def test_parquet_of_any_bytes(folder, harmonized, changes, table):
    paths = {
        name: table_path(harmonized, name, "chemicals", "dev")
        for name in ("documents", "sentences", "spans")
    }
    (folder / "tables").mkdir(exist_ok=True)
    for name, path in paths.items():
        content = path.read_bytes()
        content = spoiled(content, changes) if name == table else content
        (folder / "tables" / f"{name}.parquet").write_bytes(content)
    survives("parquet", folder / "tables")


VALUE = {
    pa.int32(): st.integers(-(2**31), 2**31 - 1) | st.integers(-2, 40),
    pa.string(): st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
}


@given(data=st.data())
@QUICK
def test_parquet_of_any_values(folder, harmonized, data):
    (folder / "values").mkdir(exist_ok=True)
    for table in ("documents", "sentences", "spans"):
        with pq.ParquetFile(table_path(harmonized, table, "chemicals", "dev")) as file:
            content = file.read()
        columns = [f.name for f in content.schema if f.type in VALUE]
        name = data.draw(st.sampled_from(columns))
        field = content.schema.field(name)
        row = data.draw(st.integers(0, content.num_rows - 1))
        values = content[name].to_pylist()
        values[row] = data.draw(VALUE[field.type])
        index = content.schema.get_field_index(name)
        content = content.set_column(index, field, pa.array(values, field.type))
        pq.write_table(content, folder / "values" / f"{table}.parquet")
    survives("parquet", folder / "values")


@given(st.sampled_from(sorted(READERS)), st.binary(max_size=200))
@example("parquet", b"PAR1" * 3)
@settings(max_examples=200, deadline=None)
def test_any_bytes_for_any_reader(folder, reader, content):
    path = folder / "bytes"
    path.write_bytes(content)
    survives(reader, path)


def test_ways_to_spoil():
    assert spoil(b"abc", ("insert", 0.5, 0.5, b"X")) == b"aXbc"
    assert spoil(b"abcd", ("cut", 0.25, 0.5, b"")) == b"acd"
    assert spoil(b"abcd", ("repeat", 0.25, 0.5, b"")) == b"abbcd"
    assert spoil(b"abcd", ("swap", 0.25, 0.5, b"")) == b"cda"
