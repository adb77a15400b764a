import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.corpora.readers import json_file
from sru_ner.errors import InputError

FIXTURES = Path(__file__).parents[2] / "fixtures" / "json"


def read(name, **options):
    return json_file.read(FIXTURES / name, name="x", options=json_file.Options(**options))


def read_text(tmp_path, text, **options):
    path = tmp_path / "file.json"
    path.write_text(text, encoding="utf-8")
    return json_file.read(path, name="x", options=json_file.Options(**options))


def quoted(document):
    return [(m.text, m.type, m.flaw or m.refusal) for m in document.mentions]


def test_a_list_of_records():
    reading = read("nested.json")
    first, second, third = reading.documents
    assert [(d.id, d.line) for d in reading.documents] == [
        ("x-000001", 2), ("x-000002", 6), ("x-000003", 7),
    ]  # fmt: skip
    assert quoted(first)[::2] == [("IL-2 gene", "DNA", None), ("Naïve 𝛼-cells", "Cell", None)]
    assert second.mentions == ()
    assert quoted(third) == [
        ("left ventricle", "Part", "discontinuous"),
        ("right ventricle", "Part", None),
    ]
    assert not reading.incidents


def test_tasks_of_label_studio():
    reading = read("label_studio.json")
    assert [d.id for d in reading.documents] == ["1", "3"]
    assert quoted(reading.documents[0]) == [("IL-2", "Gene", None), ("IL-2", "Protein", None)]
    assert [(i.reason, i.line) for i in reading.incidents] == [
        ("judged_no_mention", 2), ("not_annotated", 13),
    ]  # fmt: skip


def test_spacy_2():
    (document,) = read("spacy2.json").documents
    assert document.text == "IL-2 is on.  In mice.\nT cells"
    assert [(document.text[m.start : m.end], m.type) for m in document.mentions] == [
        ("IL-2", "Gene"), ("mice", "Species"), ("T cells", "Cell"),
    ]  # fmt: skip
    assert [document.text[s.start : s.end] for s in document.sentences] == [
        "IL-2 is on.", "In mice.", "T cells",
    ]  # fmt: skip


def test_one_record():
    (document,) = read("pubannotation.json").documents
    assert document.id == "PubMed:7"
    assert quoted(document) == [
        ("IL-2", "Gene", None),
        ("left ventricle", "Part", "discontinuous"),
    ]


RECORD = '{"text": "zinc", "spans": [[0, 4, "X"]]}'


@pytest.mark.parametrize(
    "text",
    [
        f"{RECORD}\n{RECORD}",
        f"[{RECORD},{RECORD}]",
        f"\n [ {RECORD}\n, {RECORD} ] \n",
        f'{{"version": 1, "data": [{RECORD}, {RECORD}]}}',
        '{"classes": ["X"], "annotations": [["zinc", {"entities": [[0, 4, "X"]]}],'
        ' ["zinc", {"entities": [[0, 4, "X"]]}]]}',
    ],
)
def test_places_of_records(tmp_path, text):
    documents = read_text(tmp_path, text).documents
    assert [quoted(document) for document in documents] == [[("zinc", "X", None)]] * 2


def test_an_object_may_name_its_documents(tmp_path):
    reading = read_text(tmp_path, f'{{"d1": {RECORD}, "d2": {RECORD}}}')
    assert [document.id for document in reading.documents] == ["d1", "d2"]


def test_of_several_lists_the_user_names_one(tmp_path):
    text = f'{{"train": [{RECORD}], "test": [{RECORD}, {RECORD}]}}'
    with pytest.raises(InputError, match=r"its keys: train, test[\s\S]*option records"):
        read_text(tmp_path, text)
    assert len(read_text(tmp_path, text, records="test").documents) == 2


def test_an_element_that_is_no_record_is_counted(tmp_path):
    reading = read_text(tmp_path, f'[{RECORD},\nnull,\n{{"text": "x"}}, "\\ud800"]')
    assert len(reading.documents) == 1
    assert [(i.outcome, i.reason, i.line) for i in reading.incidents] == [
        ("refused", "malformed_record", 2),
        ("refused", "malformed_record", 3),
        ("refused", "malformed_record", 3),
    ]


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("", None, "no document in this file"),
        ("[]", None, "no document in this file"),
        ("{}", 1, "its keys: none"),
        (f"[{RECORD},\n", 2, "the list has no end"),
        (f"[{RECORD}", 1, "a comma or the end of the list is missing"),
        (f"[{RECORD}\n{RECORD}]", 2, "a comma or the end of the list is missing"),
        (f"[{RECORD}]\n{RECORD}", 2, "something follows the end"),
        (f"[{RECORD},\n{{]", 2, "not valid JSON"),
        ('{"text": "a", "spans": [[0, NaN, "X"]]}', 1, "NaN is not a JSON number"),
        ("[" * 100_000, 1, "not valid JSON"),
        ("[7]", 1, "record 1: not a JSON object but a whole number"),
        ('[{"text": "x", "answer": "reject"}]', 1, "the answer is 'reject': left out"),
        ('[{"a": 1}]', 1, "its keys are a: name them with the options"),
        ('[{"data": {"text": "x"}, "predictions": []}]', 1, "option layer=predictions"),
        ('[{"tokens": ["a"], "ner_tags": [1]}]', 1, "option tag_names"),
    ],
)
def test_a_file_without_a_document_says_why(tmp_path, text, line, problem):
    with pytest.raises(InputError) as caught:
        read_text(tmp_path, text)
    assert problem in str(caught.value)
    assert caught.value.line == line
    assert caught.value.remedy


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(st.lists(TEXT, min_size=1, max_size=4), st.sampled_from([None, 0, 2]), st.booleans())
def test_what_was_written_is_read(tmp_path_factory, texts, indent, ascii_only):
    path = tmp_path_factory.mktemp("json") / "file.json"
    records = [{"text": text, "spans": [[0, len(text), "X"]]} for text in texts]
    content = json.dumps(records, indent=indent, ensure_ascii=ascii_only)
    path.write_text(content, encoding="utf-8", newline="\n")
    documents = json_file.read(path, name="x", options=json_file.Options()).documents
    assert [document.text for document in documents] == texts
    assert [document.mentions[0].text for document in documents] == texts
