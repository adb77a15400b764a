from pathlib import Path

import pytest

from sru_ner.corpora.readers import bioc_xml
from sru_ner.errors import InputError

FIXTURES = Path(__file__).parents[2] / "fixtures" / "bioc"


@pytest.fixture
def read(tmp_path):
    def read(content):
        path = tmp_path / "file.xml"
        path.write_text(content, encoding="utf-8")
        return bioc_xml.read(path, name="unused", options=bioc_xml.Options())

    return read


def document(inner, name="<id>1</id>"):
    return f"<collection>\n<document>{name}\n{inner}\n</document>\n</collection>"


def passage(annotation, offset="<offset>0</offset>"):
    return f"<passage>{offset}<text>Zorbin acid</text>\n{annotation}</passage>"


def test_lines_lead_to_the_elements():
    first, second = bioc_xml.read(
        FIXTURES / "plain.xml", name="unused", options=bioc_xml.Options()
    ).documents
    assert (first.line, second.line) == (5, 48)
    assert [mention.line for mention in first.mentions] == [12, 18, 29, 35, 41]


GOOD = '<annotation><infon key="type">C</infon><location offset="0" length="6"/></annotation>'
REFUSED = {
    "no type": (
        GOOD.replace('"type"', '"kind"'),
        "infon 'type' is missing",
    ),
    "empty type": (GOOD.replace(">C<", "> <"), "infon 'type' is missing or empty"),
    "offset no number": (GOOD.replace('"0"', '"zero"'), "offset is not a whole number"),
    "offset a fraction": (GOOD.replace('"0"', '"0.5"'), "offset is not a whole number"),
    "offset negative": (GOOD.replace('"0"', '"-1"'), "offset is not a whole number"),
    "offset missing": (GOOD.replace('offset="0"', ""), "offset is not a whole number"),
    "offset huge": (GOOD.replace('"0"', '"9999999999"'), "offset is not a whole number"),
    "offset of digits without end": (GOOD.replace('"0"', f'"{"9" * 5000}"'), "not a whole number"),
    "length no number": (GOOD.replace('"6"', '"NaN"'), "length is not a whole number"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_malformed_annotations_are_refused_with_their_line(read, case):
    annotation, detail = REFUSED[case]
    reading = read(document(passage(annotation + GOOD)))
    (incident,) = reading.incidents
    assert (incident.outcome, incident.reason) == ("refused", "malformed_annotation")
    assert (incident.line, incident.mentions) == (4, 1)
    assert detail in incident.detail
    assert len(reading.documents[0].mentions) == 1


LEFT_OUT = {
    "no id": (document(passage(GOOD), name=""), "no id"),
    "blank id": (document(passage(GOOD), name="<id> </id>"), "no id"),
    "no text": (document("<passage><offset>0</offset></passage>" + GOOD), "no text"),
    "no offset": (document(passage(GOOD, offset="")), "passage of line 3 has no offset"),
    "offset no number": (
        document(passage(GOOD, offset="<offset>x</offset>")),
        "offset of line 3 is not a whole number",
    ),
    "sentence without offset": (
        document(
            f"<passage><offset>0</offset>\n<sentence><text>x</text>{GOOD}</sentence></passage>"
        ),
        "sentence of line 4 has no offset",
    ),
}


@pytest.mark.parametrize("case", LEFT_OUT)
def test_documents_that_cannot_be_read_are_refused_with_their_mentions(read, case):
    content, detail = LEFT_OUT[case]
    more = document(passage(GOOD), name="<id>2</id>").removeprefix("<collection>\n")
    reading = read(content.removesuffix("</collection>") + more)
    (incident,) = reading.incidents
    assert (incident.outcome, incident.reason) == ("refused", "malformed_document")
    assert (incident.line, incident.mentions) == (2, 1)
    assert detail in incident.detail
    assert [d.id for d in reading.documents] == ["2"]
    with pytest.raises(InputError, match="no document in this file: ") as caught:
        read(content)
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "no element found"),
        ("<collection></collection>", "no document in this file"),
        ("<collection>\n<document>", "no element found"),
        ("<set/>", "root is <set>, not <collection>"),
        ('<!DOCTYPE c [<!ENTITY a "b">]><collection/>', "could expand without end"),
    ],
)
def test_files_of_another_shape_are_errors(read, content, message):
    with pytest.raises(InputError, match=message):
        read(content)
