from pathlib import Path

import pytest

from sru_ner.corpora.readers import pubtator
from sru_ner.errors import InputError

FIXTURES = Path(__file__).parents[2] / "fixtures" / "pubtator"


def read(name, **options):
    return pubtator.read(FIXTURES / name, name="unused", options=pubtator.Options(**options))


def test_offsets_run_over_title_and_abstract():
    first, second = read("plain.pubtator").documents
    assert first.id == "101"
    assert first.text == "MLYCD in mice Mice lack MLYCD|x. They live."
    assert first.passage_cuts == (14,)
    assert [first.text[m.start : m.end] for m in first.mentions] == ["MLYCD", "mice", "MLYCD"]
    assert [(m.type, m.line) for m in first.mentions] == [("Gene", 3), ("Species", 4), ("Gene", 5)]
    assert (second.text, second.passage_cuts, second.line) == ("Only a title", (), 7)


def test_separator_is_an_option_that_moves_nothing():
    first, _ = read("plain.pubtator", separator="\n").documents
    assert first.text[13] == "\n"
    assert [first.text[m.start : m.end] for m in first.mentions] == ["MLYCD", "mice", "MLYCD"]


def test_windows_line_ends_and_code_points():
    first, again = read("windows.pubtator").documents
    assert first.text == "Naïve β-cells They secrete insulin."
    assert first.text[first.mentions[0].start : first.mentions[0].end] == "β-cells"
    assert again.id == first.id


def test_relations_are_noted_not_refused():
    (incident,) = read("windows.pubtator").incidents
    assert (incident.outcome, incident.reason, incident.line) == ("noted", "relation", 4)
    assert incident.mentions == 0


def test_lines_that_are_no_mention_are_refused_with_their_line():
    reading = read("flawed.pubtator")
    found = [(i.outcome, i.reason, i.line) for i in reading.incidents]
    assert found == [
        ("refused", "discontinuous", 14),
        ("refused", "malformed_line", 15),  # an offset that is no number
        ("refused", "malformed_line", 16),  # of another document
        ("refused", "malformed_line", 17),
    ]


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["1|a|abstract first", "1|t|title"], 1),
        (["1|t|title", "1|a|one", "1|a|two"], 3),
        (["1|t|title", "2|a|of another"], 2),
        (["1|t|title", "1\t0\t5\ttitle"], 2),
        (["1|t|title", "1\t0\t5\ttitle\t "], 2),
    ],
)
def test_misplaced_passages_and_short_lines_are_malformed(tmp_path, lines, line):
    path = tmp_path / "file"
    path.write_text("\n".join(lines))
    reading = pubtator.read(path, name="x", options=pubtator.Options())
    assert [(i.reason, i.line) for i in reading.incidents] == [("malformed_line", line)]


def test_file_of_another_format_is_an_error():
    with pytest.raises(InputError, match="no title line"):
        pubtator.read(
            FIXTURES.parent / "iob" / "sentences.tsv", name="x", options=pubtator.Options()
        )
