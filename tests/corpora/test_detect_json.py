from pathlib import Path

import pytest

from sru_ner.corpora.archives import Part
from sru_ner.corpora.detect import Format, detect_format
from sru_ner.corpora.detect_json import guess_records, json_reader

FIXTURES = Path(__file__).parents[1] / "fixtures"
RECORD = '{"text": "zinc", "spans": [[0, 4, "X"]]}'
BIOC = '{"documents": [{"id": "1", "passages": [{"offset": 0, "text": "a"}]}]}'
TAGGED = '{"tokens": ["a", "b"], "ner_tags": ["%s", "%s"]}'


def part(text):
    return Part(Path("file"), "", text.encode())


@pytest.mark.parametrize(
    ("text", "reader"),
    [
        (RECORD, "jsonl"),
        (f"\n{RECORD}\n\n{RECORD}\n", "jsonl"),
        (f"{RECORD}\n{{broken", "jsonl"),
        ('["zinc", {"entities": []}]\n["zinc", {"entities": []}]', "jsonl"),
        ('{"text": "no spans"}\n' + RECORD, "jsonl"),
        (f"[{RECORD}]", "json"),
        (f"[\n{RECORD},\n{RECORD}\n]", "json"),
        (f'[["zinc", {{"entities": []}}], {RECORD}]', "json"),
        ('{"data": [' + RECORD + "]}", "json"),
        ('{\n"text": "zinc",\n"denotations": []}', "json"),
        ("[broken", "json"),
        ("[]", "json"),
        (BIOC, "bioc_json"),
        (f"{BIOC}\n{BIOC}", "bioc_json"),
        (f"[{BIOC}]", "bioc_json"),
        ('{"PubTator3": []}', "bioc_json"),
        ('{"id": "1", "passages": [{"offset": 0, "text": "a", "annotations": []}]}', "bioc_json"),
        (
            '{"passages": [{"offsets": [[0, 1]], "text": ["a"]}], "entities": [], "id": "1"}',
            "jsonl",
        ),
        ('{"text": "a", "passages": [{"start": 0, "name": "title"}], "spans": []}', "jsonl"),
        ("[" * 100_000, "json"),
    ],
)
def test_readers_are_told_apart(text, reader):
    assert json_reader(part(text)) == reader
    assert json_reader(part("\ufeff" + text)) == reader


@pytest.mark.parametrize(
    ("file", "expected", "note"),
    [
        ("json/nested.json", Format("json"), "words with spans of words"),
        ("json/label_studio.json", Format("json"), "tasks of Label Studio"),
        ("json/spacy2.json", Format("json"), "documents of spaCy 2"),
        ("json/pubannotation.json", Format("json"), "PubAnnotation"),
        ("jsonl/tools.jsonl", Format("jsonl"), "texts with spans"),
    ],
)
def test_people_are_told_the_form_of_the_records(file, expected, note):
    found = detect_format(FIXTURES / file)
    assert found == expected
    assert note in found.notes[0]


@pytest.mark.parametrize(
    ("tags", "options"),
    [
        (("B-X", "O"), {}),
        (("I-X", "O"), {"scheme": "iob1"}),
        (("S-X", "O"), {"scheme": "iobes"}),
        (("B_X", "O"), {"tag_separator": "_"}),
        (("GENE", "O"), {"scheme": "io"}),
    ],
)
def test_the_scheme_of_tags_is_guessed_from_all_files(tags, options):
    parts = [part(TAGGED % ("O", "O")), part("\n".join([TAGGED % tags] * 2))]
    found = guess_records("jsonl", parts)
    assert found.options == options
    assert found.notes == ("the file holds words with tags",)


def test_tags_that_are_numbers_need_names():
    found = guess_records("jsonl", [part('{"tokens": ["a"], "ner_tags": [1]}')])
    assert "--option tag_names=O,B-X,I-X" in found.notes[1]
