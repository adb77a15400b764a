import copy
import json

import pytest

from sru_ner.corpora.readers import bioc_json
from sru_ner.errors import InputError

GOOD = {"infons": {"type": "C"}, "text": "Zorbin", "locations": [{"offset": 0, "length": 6}]}
DOCUMENT = {"id": "1", "passages": [{"offset": 0, "text": "Zorbin acid", "annotations": [GOOD]}]}


@pytest.fixture
def read(tmp_path):
    def read(content):
        path = tmp_path / "file.json"
        if not isinstance(content, bytes):
            content = (content if isinstance(content, str) else json.dumps(content)).encode()
        path.write_bytes(content)
        return bioc_json.read(path, name="unused", options=bioc_json.Options())

    return read


def changed(*keys, value):
    """`DOCUMENT` with another value, or without it (`...`), at a place."""
    document = copy.deepcopy(DOCUMENT)
    inner = document
    for key in keys[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[keys[-1]]
    else:
        inner[keys[-1]] = value
    return document


@pytest.mark.parametrize(
    "content",
    [
        {"documents": [DOCUMENT, {**DOCUMENT, "id": 2}]},
        {"PubTator3": [DOCUMENT, {**DOCUMENT, "id": "2"}]},
        [DOCUMENT, {**DOCUMENT, "id": "2"}],
        [{"documents": [DOCUMENT]}, {"documents": [{**DOCUMENT, "id": "2"}]}],
        json.dumps(DOCUMENT) + "\n\n" + json.dumps({**DOCUMENT, "id": "2"}) + "\n",
    ],
)
def test_collections_documents_and_lists_of_them_are_read(read, content):
    reading = read(content)
    assert [(d.id, len(d.mentions)) for d in reading.documents] == [("1", 1), ("2", 1)]
    assert not reading.incidents


def test_lines_lead_to_the_values(read):
    reading = read("\n" + json.dumps(DOCUMENT) + "\n\n " + json.dumps({**DOCUMENT, "id": "2"}))
    assert [document.line for document in reading.documents] == [2, 4]


ANNOTATION = ("passages", 0, "annotations", 0)
REFUSED = {
    "no object": (changed(*ANNOTATION, value=[1]), ": it is a list, not an object"),
    "no type": (changed(*ANNOTATION, "infons", value={}), "infon 'type' is missing"),
    "type not a string": (changed(*ANNOTATION, "infons", value={"type": 3}), "not a string"),
    "infons a list": (changed(*ANNOTATION, "infons", value=[1]), "infons is a list"),
    "text not a string": (changed(*ANNOTATION, "text", value=5), "text is a whole number"),
    "offset a string": (
        changed(*ANNOTATION, "locations", 0, "offset", value="0"),
        "locations[0].offset is not a whole number",
    ),
    "offset a fraction": (
        changed(*ANNOTATION, "locations", 0, "offset", value=0.5),
        "not a whole number",
    ),
    "offset negative": (
        changed(*ANNOTATION, "locations", 0, "offset", value=-1),
        "not a whole number",
    ),
    "length null": (
        changed(*ANNOTATION, "locations", 0, "length", value=None),
        "locations[0].length",
    ),
    "length a truth value": (
        changed(*ANNOTATION, "locations", 0, "length", value=True),
        "not a whole number",
    ),
    "locations no list": (
        changed(*ANNOTATION, "locations", value={"a": 1}),
        "an object, not a list",
    ),
    "half a surrogate pair": (changed(*ANNOTATION, "text", value="\ud800"), "surrogate"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_malformed_annotations_are_refused_with_their_place(read, case):
    document, detail = REFUSED[case]
    reading = read({"documents": [DOCUMENT, document]})
    (incident,) = reading.incidents
    assert (incident.outcome, incident.reason) == ("refused", "malformed_annotation")
    assert incident.detail.startswith("documents[1].passages[0].annotations[0]: ")
    assert detail in incident.detail
    assert incident.mentions == 1
    assert [len(d.mentions) for d in reading.documents] == [1, 0]


LEFT_OUT = {
    "no object": (7, "the document is a whole number", 0),
    "no id": (changed("id", value=...), "no id", 1),
    "id an object": (changed("id", value={}), "id is an object", 1),
    "no text": (changed("passages", 0, "text", value=None), "no text", 1),
    "text not a string": (changed("passages", 0, "text", value=["a"]), "[0].text is a list", 1),
    "passages no list": (changed("passages", value={"a": 1}), "passages is an object", 0),
    "passage no object": (changed("passages", 0, value="a"), "passages[0] is a string", 0),
    "no offset": (changed("passages", 0, "offset", value=...), "passages[0].offset", 1),
    "annotations no list": (
        changed("passages", 0, "annotations", value=3),
        "annotations is a whole number",
        0,
    ),
    "half a surrogate pair": (changed("passages", 0, "text", value="a\udc00"), "surrogate", 1),
    "surrogate in the id": (changed("id", value="\ud83d"), "surrogate", 1),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_documents_that_cannot_be_read_are_refused_with_their_mentions(read, case):
    document, detail, mentions = LEFT_OUT[case]
    reading = read({"documents": [DOCUMENT, document]})
    (incident,) = reading.incidents
    assert (incident.outcome, incident.reason) == ("refused", "malformed_document")
    assert incident.detail.startswith("documents[1]: ")
    assert detail in incident.detail
    assert incident.mentions == mentions
    assert len(reading.documents) == 1
    with pytest.raises(InputError, match=r"no document in this file: documents\[0\]: "):
        read({"documents": [document]})


WRONG = {
    "empty": ("", "no document in this file", None),
    "no JSON": ("title", "not valid JSON", 1),
    "PubTator": ("1|t|title", "but a whole number", 1),
    "cut off": ('{"documents":\n[{"id": "1",', "not valid JSON", 2),
    "comma": ('{"documents": [\n1,\n,]}', "not valid JSON", 3),
    "something behind it": (json.dumps(DOCUMENT) + "\n}", "not valid JSON", 2),
    "not a number": ('{"documents": [NaN]}', "NaN is not a JSON number", 1),
    "digits without end": ('{"documents": [' + "9" * 5000 + "]}", "not valid JSON", 1),
    "too deep": ("[" * 100_000, "not valid JSON", 1),
    "lists in lists": ("[" * 500 + "]" * 500, "neither a list of documents", 1),
    "a list of numbers": ("[1, 2]", r"\[0\]: neither a list of documents .* but a whole number", 1),
    "a string": ('"documents"', "but a string", 1),
    "another object": ('{"text": "a", "spans": []}', "but an object", 1),
    "documents no list": ('{"documents": {}}', "neither a list of documents", 1),
    "no documents": ('{"documents": []}', "no document in this file", None),
    "not UTF-8": (b'{"documents":\n"\xe9"}', "not UTF-8", 2),
    "UTF-16 without a mark": ('{"documents": ["é"]}'.encode("utf-16-le"), "not UTF-8", 1),
    "UTF-16": ('{"documents": []}'.encode("utf-16"), "no document in this file", None),
}


@pytest.mark.parametrize("case", WRONG)
def test_files_of_another_shape_are_errors(read, case):
    content, message, line = WRONG[case]
    with pytest.raises(InputError, match=message) as caught:
        read(content)
    assert caught.value.line == line
    assert caught.value.remedy
