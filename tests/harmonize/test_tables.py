"""The tables that are made keep the laws, and each broken law is seen."""

import pyarrow as pa
import pytest

from sru_ner.corpora.readers.raw import RawDocument, RawMention
from sru_ner.dataset.schema import SCHEMAS
from sru_ner.errors import InputError
from sru_ner.harmonize.checks import check_inventory, check_split
from sru_ner.harmonize.convert import convert
from sru_ner.harmonize.inventory_rows import inventory_rows
from sru_ner.harmonize.tables import inventory_table, split_tables

TEXT = "HeLa p53 binds E. coli. It is short-lived."
TYPES = {"gene": "Gene", "cell": "Cell_Line", "verb": None}


def document(name, *mentions):
    rows = [
        RawMention(TEXT.index(text), TEXT.index(text) + len(text), text, type_, line)
        for line, (text, type_) in enumerate(mentions, start=1)
    ]
    return convert(RawDocument(name, TEXT, tuple(rows), 1), TYPES)[0]


@pytest.fixture
def documents():
    return [
        document("d1", ("HeLa p53", "gene"), ("p53", "gene"), ("HeLa", "cell")),
        document("d2", ("ort", "gene")),
    ]


@pytest.fixture
def tables(documents):
    return split_tables("made_up", "train", [("file.tsv", d) for d in documents])


def test_rows(tables):
    for name, table in tables.items():
        assert table.schema.equals(SCHEMAS[name], check_metadata=True)
    origins = tables["documents"]["origin"].to_pylist()
    assert origins == ["file.tsv:1", "file.tsv:1"]
    sentences = tables["sentences"].to_pylist()
    assert [(s["document_id"], s["sentence_id"]) for s in sentences] == [
        ("d1", 0),
        ("d1", 1),
        ("d2", 0),
        ("d2", 1),
    ]
    words = [TEXT[w["start"] : w["end"]] for w in sentences[1]["words"]]
    assert words == ["It", "is", "short", "-", "lived", "."]
    spans = tables["spans"].to_pylist()
    found = [(s["text"], s["span_id"], s["depth"], s["fits_words"]) for s in spans]
    assert found == [
        ("HeLa p53", 0, 0, True),
        ("HeLa", 1, 1, True),
        ("p53", 2, 1, True),
        ("ort", 0, 0, False),
    ]
    assert spans[0]["source"] == "made_up"


def test_what_is_made_keeps_the_laws(tables):
    check_split(tables)


def test_split_without_mentions_keeps_the_laws():
    check_split(split_tables("made_up", "dev", [("file.tsv", document("d"))]))


def changed(table, row, **values):
    rows = table.to_pylist()
    rows[row].update(values)
    return pa.Table.from_pylist(rows, schema=table.schema)


GENE = {"start": 0, "end": 4, "type": "Gene"}


@pytest.mark.parametrize(
    ("name", "row", "values", "law"),
    [
        ("documents", 1, {"document_id": "d1"}, "identifiers repeat"),
        ("documents", 1, {"document_id": "d3"}, "there is no such document"),
        ("documents", 0, {"text": TEXT + "!"}, "sha256"),
        ("documents", 0, {"origin": None}, "nulls in origin"),
        ("documents", 0, {"annotated_types": ["Gene"]}, "not among the document's annotated_types"),
        ("documents", 1, {"annotated_types": ["Gene", "Cell_Line"]}, "are not sorted"),
        ("documents", 1, {"judged": [GENE]}, "judged where all types are marked"),
        ("documents", 1, {"judged": [GENE, GENE], "annotated_types": []}, "repeat or are not"),
        ("documents", 1, {"judged": [GENE], "annotated_types": ["Gene"]}, "marked anyway"),
        ("sentences", 1, {"sentence_id": 2}, "count up by one"),
        ("sentences", 1, {"start": 20}, "overlaps another"),
        ("sentences", 1, {"end": 400}, "leaves the document"),
        ("sentences", 0, {"end": 21}, "out of order or place"),
        ("sentences", 0, {"words": [{"start": 5, "end": 8}, {"start": 0, "end": 4}]}, "out of"),
        ("sentences", 0, {"words": [{"start": 5, "end": 5}]}, "out of order or place"),
        ("spans", 0, {"text": "Hela p53"}, r"document\[start:end\]"),
        ("spans", 0, {"end": 0, "text": ""}, "not sorted|empty"),
        ("spans", 3, {"end": 99}, "leaves the document"),
        ("spans", 1, {"span_id": 0}, "count up by one"),
        ("spans", 3, {"sentence_id": 7}, "no such sentence"),
        ("spans", 3, {"sentence_id": 0}, "crosses_sentence"),
        ("spans", 0, {"crosses_sentence": True}, "crosses_sentence"),
        ("spans", 0, {"fits_words": False}, "fits_words"),
        ("spans", 3, {"fits_words": True}, "fits_words"),
        ("spans", 2, {"depth": 0}, "depth"),
        ("spans", 1, {"start": 5, "end": 8, "text": "p53", "type": "Gene"}, "a span is repeated"),
        ("spans", 2, {"start": 5, "end": 14, "text": "p53 binds", "depth": 0}, "crosses 5-14"),
        ("spans", 0, {"start": 5, "end": 8, "text": "p53"}, "not sorted"),
    ],
)
def test_broken_laws_are_seen(tables, name, row, values, law):
    tables[name] = changed(tables[name], row, **values)
    with pytest.raises(InputError, match=law):
        check_split(tables)


def test_columns_of_another_type_are_seen(tables):
    spans = tables["spans"]
    index = spans.schema.get_field_index("start")
    tables["spans"] = spans.set_column(index, "start", spans["start"].cast(pa.int64()))
    with pytest.raises(InputError, match="columns or types"):
        check_split(tables)


def test_inventory(documents):
    dropped = {"train": {"verb": 2}, "test": {}}
    splits = {"train": documents[:1], "test": documents[1:]}
    rows = inventory_rows(
        "made_up", {**TYPES, "rare": "Rare"}, {"Rare": ("B", "A")}, splits, dropped
    )
    check_inventory(inventory_table(rows))
    shown = [
        (r["source_type"], r["type"], r["status"], r["mentions"], r["nested_mentions"])
        for r in rows
    ]
    assert shown == [
        ("cell", "Cell_Line", "mapped", {"train": 1, "dev": 0, "test": 0}, 1),
        ("gene", "Gene", "mapped", {"train": 2, "dev": 0, "test": 1}, 1),
        ("rare", "Rare", "mapped", {"train": 0, "dev": 0, "test": 0}, 0),
        ("verb", None, "dropped", {"train": 2, "dev": 0, "test": 0}, 0),
    ]
    assert rows[1]["examples"] == ["HeLa p53", "ort", "p53"]
    assert [row["covers"] for row in rows] == [[], [], ["A", "B"], []]


@pytest.mark.parametrize(
    ("values", "law"),
    [
        ({"status": "seen"}, "no such status"),
        ({"type": None}, "a dropped type"),
        ({"source_type": "verb"}, "source types repeat"),
        ({"covers": ["Gene"]}, "covers a type that this source marks"),
        ({"covers": ["Fine"], "type": "Gene"}, "covers two different sets"),
    ],
)
def test_broken_laws_of_inventories_are_seen(documents, values, law):
    table = inventory_table(inventory_rows("made_up", TYPES, {}, {"train": documents}, {}))
    with pytest.raises(InputError, match=law):
        check_inventory(changed(table, 0, **values))
