import pytest

from sru_ner.corpora.readers import read_file
from sru_ner.harmonize.convert import convert

BRAT = "T1\tPart 0 4;15 24\tleft ventricle\nT2\tPart 9 24\tright ventricle\n"


def read(tmp_path, content=BRAT, **options):
    (tmp_path / "1.txt").write_text("left and right ventricle")
    (tmp_path / "1.ann").write_text(content)
    (document,) = read_file("brat", tmp_path, name="x", options=options).documents
    return document


def quoted(document):
    return [
        (document.text[m.start : m.end], m.text, m.flaw or m.refusal) for m in document.mentions
    ]


def test_without_a_choice_they_are_refused_with_their_text_and_pieces(tmp_path):
    document = read(tmp_path)
    first, second = document.mentions
    assert (first.refusal, first.text) == ("discontinuous", "left ventricle")
    assert first.fragments == ((0, 4), (15, 24))
    assert (second.refusal, second.fragments) == (None, ())
    _, conversion = convert(document, {"Part": "Part"})
    assert (conversion.kept, conversion.refused) == (1, 1)


def test_hull(tmp_path):
    document = read(tmp_path, discontinuous="hull")
    whole = "left and right ventricle"
    assert quoted(document)[0] == (whole, whole, "hull_of_pieces")
    _, conversion = convert(document, {"Part": "Part"})
    assert (conversion.kept, conversion.repaired, conversion.refused) == (2, 1, 0)


def test_parts(tmp_path):
    assert quoted(read(tmp_path, discontinuous="parts"))[:2] == [
        ("left", "left", "piece"),
        ("ventricle", "ventricle", "piece"),
    ]


@pytest.mark.parametrize("choice", ["hull", "parts"])
def test_pieces_that_are_not_what_the_line_quotes(tmp_path, choice):
    (mention,) = read(tmp_path, "T1\tPart 0 4;15 24\tleft atrium\n", discontinuous=choice).mentions
    assert (mention.refusal, mention.text) == ("quotes_another_text", "left atrium")


def test_a_file_may_quote_the_hull_or_nothing(tmp_path):
    path = tmp_path / "file.pubtator"
    title = "1|t|left and right ventricle\n1|a|\n"
    path.write_text(title + "1\t0,15\t4,24\tleft and right ventricle\tPart\n")
    options = {"discontinuous": "hull"}
    (document,) = read_file("pubtator", path, name="x", options=options).documents
    assert document.mentions[0].flaw == "hull_of_pieces"


def test_an_empty_piece_is_refused(tmp_path):
    document = read(tmp_path, "T1\tPart 0 4;9 9\tleft\n", discontinuous="parts")
    assert [m.refusal for m in document.mentions] == [None, "empty"]
