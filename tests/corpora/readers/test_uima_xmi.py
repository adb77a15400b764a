import shutil
from pathlib import Path

import pytest

from sru_ner.corpora.detect import detect_format
from sru_ner.corpora.readers import uima_xmi
from sru_ner.errors import InputError, UnknownNameError

CORE = "http:///de/tudarmstadt/ukp/dkpro/core/api"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<xmi:XMI xmlns:xmi="http://www.omg.org/XMI"'
    ' xmlns:cas="http:///uima/cas.ecore" xmlns:tcas="http:///uima/tcas.ecore"'
    f' xmlns:ner="{CORE}/ner/type.ecore" xmlns:seg="{CORE}/segmentation/type.ecore"'
    f' xmlns:coref="{CORE}/coref/type.ecore" xmlns:custom="http:///webanno/custom.ecore"'
    ' xmlns:plain="http:///uima/noNamespace.ecore" xmi:version="2.0">\n'
)
TEXT = "IL-2 \U0001d6fc in&#10;&quot;mice&quot; &amp; rats.&#9;Na\u00efve."
SOFA = f'<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" sofaString="{TEXT}"/>\n'
ENTITIES = (
    '<ner:NamedEntity xmi:id="2" sofa="1" begin="0" end="7" value="Gene" identifier="x"/>\n'
    '<ner:NamedEntity xmi:id="3" sofa="1" begin="11" end="17" value="Species"/>\n'
    '<ner:NamedEntity xmi:id="4" sofa="1" begin="20" end="24"/>\n'
)
OTHERS = (
    '<seg:Sentence xmi:id="5" sofa="1" begin="0" end="25"/>\n'
    '<seg:Sentence xmi:id="6" sofa="1" begin="26" end="32"/>\n'
    '<seg:Token xmi:id="7" sofa="1" begin="0" end="4"/>\n'
    '<custom:Relation xmi:id="8" sofa="1" begin="0" end="4" Governor="2" Dependent="3"/>\n'
    '<custom:Link xmi:id="9" sofa="1" begin="0" end="4" referenceType="nom" next="10"/>\n'
    '<custom:Drugs xmi:id="10" sofa="1" begin="26" end="31" kind="K"/>\n'
    '<plain:Free xmi:id="11" sofa="1" begin="0" end="2"/>\n'
    '<tcas:DocumentAnnotation xmi:id="12" sofa="1" begin="0" end="32" language="en"/>\n'
    '<cas:Sofa xmi:id="20" sofaNum="2" sofaID="other" sofaString="Other"/>\n'
    '<ner:NamedEntity xmi:id="21" sofa="20" begin="0" end="5" value="Gene"/>\n'
    '<cas:View sofa="1" members="2 3 4"/>\n'
)


def xmi(*pieces):
    return HEAD + "".join(pieces) + "</xmi:XMI>\n"


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def read(path, **options):
    return uima_xmi.read(path, name="unused", options=uima_xmi.Options(**options))


def quoted(document):
    return [(document.text[m.start : m.end], m.type) for m in document.mentions]


def test_named_entities_with_the_offsets_of_java(tmp_path):
    path = write(tmp_path / "7.xmi", xmi(ENTITIES, OTHERS, SOFA))
    assert detect_format(path).reader == "uima_xmi"
    reading = read(path)
    (document,) = reading.documents
    assert document.id == "7"
    assert document.text == 'IL-2 \U0001d6fc in\n"mice" & rats.\tNa\u00efve.'
    assert quoted(document) == [
        ("IL-2 \U0001d6fc", "Gene"),
        ('"mice"', "Species"),
        ("rats", "NamedEntity"),  # without a value
    ]
    assert [document.text[s.start : s.end] for s in document.sentences] == [
        'IL-2 \U0001d6fc in\n"mice" & rats.',
        "Na\u00efve.",
    ]
    assert [(i.outcome, i.reason, i.detail) for i in reading.incidents] == [
        ("noted", "other_layer", "the layer Free is not read: 1 annotation"),
        ("noted", "other_layer", "the layer webanno.custom.Drugs is not read: 1 annotation"),
        ("noted", "relation", "webanno.custom.Relation is not read"),
        ("noted", "chain_link", "webanno.custom.Link is not read"),
        ("noted", "other_text", "1 annotations of another text (sofa) are not read"),
    ]


def test_layers_and_features_are_chosen(tmp_path):
    path = write(tmp_path / "7.xmi", xmi(SOFA, ENTITIES, OTHERS))
    (document,) = read(path, layers=["Drugs", "Free"]).documents
    assert quoted(document) == [("Na\u00efve", "K"), ("IL", "Free")]
    (document,) = read(path, feature="identifier").documents
    assert [m.type for m in document.mentions] == ["x", "NamedEntity", "NamedEntity"]
    without = write(tmp_path / "8.xmi", xmi(SOFA, OTHERS))
    assert quoted(read(without).documents[0]) == [("Na\u00efve", "K"), ("IL", "Free")]
    with pytest.raises(UnknownNameError, match="Drugs"):
        read(path, layers=["Drgs"])


def test_an_export_with_its_types_is_read_as_a_folder_or_an_archive(tmp_path):
    folder = tmp_path / "c"
    for name in ("a/CURATION.xmi", "b/CURATION.xmi", "c/d.xmi"):
        write(folder / name, xmi(SOFA, ENTITIES))
    write(folder / "TypeSystem.xml", "<typeSystemDescription><types/></typeSystemDescription>")
    archive = Path(shutil.make_archive(str(tmp_path / "c"), "zip", folder))
    for path in (folder, archive):
        assert detect_format(path).reader == "uima_xmi"
        assert [d.id for d in read(path).documents] == ["a/CURATION", "b/CURATION", "d"]


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ('begin="0"', "malformed_annotation"),
        ('begin="a" end="4"', "malformed_annotation"),
        ('begin="-1" end="4"', "malformed_annotation"),
        ('begin="4" end="4"', "empty"),
        ('begin="0" end="99"', "past_the_end"),
    ],
)
def test_what_has_no_right_place_is_counted(tmp_path, place, reason):
    reading = read(write(tmp_path / "a.xmi", xmi(SOFA, f'<ner:NamedEntity sofa="1" {place}/>')))
    found = [i.reason for i in reading.incidents]
    assert found + [m.refusal for m in reading.documents[0].mentions] == [reason]


BOMB = '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>'


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (xmi(ENTITIES), "there is no text"),
        (xmi(SOFA).replace(TEXT, " "), "there is no text"),
        ("<collection/>", "the root is <collection>"),
        (xmi(SOFA)[:-9], "not well-formed XML"),
        (xmi(SOFA).replace("<xmi:XMI", BOMB + "<xmi:XMI", 1), "could expand without end"),
        (HEAD + "<a>" * 300, "nested deeper"),
    ],
)
def test_other_files_are_errors(tmp_path, content, problem):
    with pytest.raises(InputError, match=problem) as caught:
        read(write(tmp_path / "a.xmi", content))
    assert caught.value.remedy


def test_sentences_that_overlap_are_not_taken(tmp_path):
    sentences = (
        '<seg:Sentence sofa="1" begin="0" end="9"/><seg:Sentence sofa="1" begin="4" end="25"/>'
    )
    assert read(write(tmp_path / "a.xmi", xmi(SOFA, sentences))).documents[0].sentences is None
