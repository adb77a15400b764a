import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.corpora.readers import jsonl
from sru_ner.errors import InputError

FIXTURES = Path(__file__).parents[2] / "fixtures" / "jsonl"


def read(name, **options):
    return jsonl.read(FIXTURES / name, name="x-train", options=jsonl.Options(**options))


def quoted(document):
    return [
        (document.text[m.start : m.end], m.type, m.flaw or m.refusal) for m in document.mentions
    ]


def test_spans_in_the_forms_of_the_tools():
    reading = read("tools.jsonl")
    prodigy, doccano, exported, empty = reading.documents
    assert not reading.incidents
    assert [d.id for d in reading.documents] == ["p1", "17", "x-train-000004", "x-train-000005"]
    assert [d.line for d in reading.documents] == [1, 2, 4, 5]
    assert quoted(prodigy) == [("IL-2", "Gene", None), ("β-cells", "Cell", None)]
    assert quoted(doccano) == [("p53", "Gene", None), ("𝛼-actin", "Gene", None)]
    assert quoted(exported) == [("zinc", "Chemical", None)]
    assert (empty.mentions, empty.annotated_types) == ((), ("Gene",))
    assert (prodigy.sentences, prodigy.annotated_types) == (None, None)


def test_lists_of_tokens_are_sentences():
    tagged, gliner = read("tokens.jsonl").documents
    assert (tagged.text, gliner.text) == ("IL-2 gene in mice", "The IL-2 gene .")
    assert quoted(tagged) == [
        ("IL-2 gene", "DNA", None),
        ("mice", "Species", "inside_without_begin"),
    ]
    assert quoted(gliner) == [("IL-2 gene", "DNA", None), ("IL-2", "Protein", None)]
    (sentence,) = gliner.sentences
    assert [gliner.text[a:b] for a, b in sentence.words] == ["The", "IL-2", "gene", "."]


def test_numbers_for_tags_have_the_names_given(tmp_path):
    path = tmp_path / "file"
    path.write_text('{"tokens": ["a", "b"], "ner_tags": [1, 2]}')
    (document,) = jsonl.read(
        path, name="x", options=jsonl.Options(tag_names=("O", "B-X", "I-X"))
    ).documents
    assert quoted(document) == [("a b", "X", None)]


def test_keys_can_be_named(tmp_path):
    path = tmp_path / "file"
    path.write_text('{"pmid": 5, "abstract": "zinc", "spans": [[0, 4, "X"]]}')
    (document,) = jsonl.read(
        path, name="x", options=jsonl.Options(id="pmid", text="abstract")
    ).documents
    assert (document.id, quoted(document)) == ("5", [("zinc", "X", None)])


def test_every_flaw_is_counted_with_its_line():
    reading = read("flawed.jsonl")
    assert [d.text for d in reading.documents] == ["good", "spans", "a"]
    found = [(i.reason, i.line) for i in reading.incidents]
    lines = [*range(2, 5), *[5] * 6, *range(6, 17)]
    assert [line for _, line in found] == lines
    spans = {5, 13}
    assert all((r == "malformed_span") == (line in spans) for r, line in found)
    assert quoted(reading.documents[1]) == [
        ("", "X", "negative_offset"),
        ("ans", "X", "past_the_end"),
        ("spans", "X", None),
    ]


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        ('{"text": "cut", "spans": [', "no JSON: Expecting value at character 27"),
        ("[1, 2]", "not a JSON object but a list"),
        ('{"text": "x", "spans": [[NaN, 1, "X"]]}', "NaN is not a JSON number"),
        ('{"text": null, "spans": []}', "'text' is null, not a string"),
        ('{"text": "x"}', "neither 'text' and 'spans'"),
        ('{"text": "\\udead", "spans": []}', "half a surrogate pair"),
        ("[" * 100_000, "not valid JSON"),
        ('{"id": ' + "1" * 5000 + "}", "not valid JSON"),
    ],
)
def test_file_without_a_document_says_what_is_wrong_with_its_first_line(tmp_path, line, detail):
    path = tmp_path / "file.jsonl"
    path.write_text(line)
    with pytest.raises(InputError, match=detail) as caught:
        jsonl.read(path, name="x", options=jsonl.Options())
    assert caught.value.line == 1


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(TEXT, st.data())
def test_what_was_written_is_read(tmp_path_factory, text, data):
    path = tmp_path_factory.mktemp("jsonl") / "file"
    offsets = st.lists(st.integers(0, len(text)), min_size=2, max_size=2, unique=True).map(sorted)
    spans = [(a, b, "X") for a, b in data.draw(st.lists(offsets, max_size=4))]
    record = {"text": text, "spans": spans}
    path.write_text(json.dumps(record, ensure_ascii=data.draw(st.booleans())), encoding="utf-8")
    (document,) = jsonl.read(path, name="x", options=jsonl.Options()).documents
    assert document.text == text
    assert [(m.start, m.end, m.type) for m in document.mentions] == spans
    assert all(m.text == text[m.start : m.end] for m in document.mentions)
