import io
import tarfile
from pathlib import Path

import pytest

from sru_ner.corpora.readers import genia
from sru_ner.errors import InputError

FIXTURE = Path(__file__).parents[2] / "fixtures" / "genia" / "terms.xml"


def read(path):
    return genia.read(path, name="unused", options=genia.Options())


def test_terms_nest_in_sentences():
    first, _ = read(FIXTURE).documents
    assert first.id == "MEDLINE:1"
    assert first.text == "Zorbin gene & β-cells. Both alpha- and beta-quaxin rose. A line grew."
    assert [first.text[s.start : s.end] for s in first.sentences] == [
        "Zorbin gene & β-cells.",
        "Both alpha- and beta-quaxin rose.",
        "A line grew.",
    ]
    assert {s.words for s in first.sentences} == {None}
    assert first.passage_cuts == (23,)
    assert [first.text[m.start : m.end] for m in first.mentions[:3]] == [
        "Zorbin gene",
        "Zorbin",
        "β-cells",
    ]
    assert all(first.text[m.start : m.end] == m.text for m in first.mentions)
    assert [m.type for m in first.mentions[:3]] == [
        "DNA_domain_or_region",
        "protein_molecule",
        "cell_type",
    ]


def test_coordination_counts_for_each_of_its_types_and_its_pieces_for_none():
    first, _ = read(FIXTURE).documents
    found = [(m.type, m.text, m.refusal, m.line) for m in first.mentions[3:]]
    assert found == [
        ("protein_molecule", "alpha- and beta-quaxin", "coordinated", 11),
        ("DNA_N/A", "alpha- and beta-quaxin", "coordinated", 11),
        ("", "line", None, 13),  # no type outside a coordination: the type map refuses it
    ]


def test_later_version_of_an_article_counts_and_broken_ones_are_refused():
    reading = read(FIXTURE)
    assert [d.text for d in reading.documents[1:]] == ["Later version."]
    found = [(i.outcome, i.reason, i.line, i.mentions) for i in reading.incidents]
    assert found == [
        ("refused", "superseded_document", 16, 1),
        ("refused", "malformed_document", 26, 1),
        ("refused", "malformed_document", 31, 0),
    ]


def test_archive_reads_like_the_file_and_says_which_member(tmp_path):
    path = tmp_path / "corpus.tgz"
    content = FIXTURE.read_bytes()
    with tarfile.open(path, "w:gz") as archive:
        for name, data in (("g/readme.html", b"<html>"), ("g/terms.xml", content)):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    reading = read(path)
    assert {document.part for document in reading.documents} == {"g/terms.xml"}
    assert {incident.part for incident in reading.incidents} == {"g/terms.xml"}
    assert [d.text for d in reading.documents] == [d.text for d in read(FIXTURE).documents]


@pytest.mark.parametrize(
    ("content", "message", "line"),
    [
        ("<set></set>", "no <article>", None),
        ("<set><article></set>", "mismatched tag", 1),
        ("<collection/>", "root is <collection>, not <set>", 1),
    ],
)
def test_files_of_another_shape_are_errors(tmp_path, content, message, line):
    path = tmp_path / "file.xml"
    path.write_text(content)
    with pytest.raises(InputError, match=message) as caught:
        read(path)
    assert caught.value.line == line
