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
    assert [(m.line, m.refusal) for m in reading.documents[0].mentions if m.refusal] == [
        (9, "empty"),
        (14, "discontinuous"),
    ]
    assert found == [
        ("refused", "malformed_line", 15),  # an offset that is no number
        ("refused", "malformed_line", 16),  # of another document
        ("refused", "malformed_line", 17),
    ]


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["1|a|abstract first", "1|t|title"], 1),
        (["1|t|title", "1|a|one", "1\t0\t5\ttitle\tX", "1|a|two"], 4),
        (["1|t|title", "2|a|of another"], 2),
        (["1|t|title", "1\t0\t5\ttitle"], 2),
        (["1|t|title", "1\t0\t5\ttitle\t "], 2),
        (["1|t|title", "1\t0,3\t2\ttitle\tX"], 2),
        (["1|t|title", "1\t-1\t5\ttitle\tX"], 2),
        (["1|t|title", "1\t" + "9" * 5000 + "\t5\ttitle\tX"], 2),
        (["1|t|title", "1\tNaN\t5\ttitle\tX"], 2),
    ],
)
def test_misplaced_passages_and_short_lines_are_malformed(tmp_path, lines, line):
    path = tmp_path / "file"
    path.write_text("\n".join(lines))
    reading = pubtator.read(path, name="x", options=pubtator.Options())
    assert [(i.reason, i.line) for i in reading.incidents] == [("malformed_line", line)]


def lines_read(tmp_path, *lines, **options):
    path = tmp_path / "file"
    path.write_text("\n".join(lines), encoding="utf-8")
    reading = pubtator.read(path, name="x", options=pubtator.Options(**options))
    assert not reading.incidents
    (document,) = reading.documents
    return document, [(m.start, m.end, m.text, m.flaw) for m in document.mentions]


def test_further_passages_follow_with_a_separator_each(tmp_path):
    lines = ["7|t|A title", "7|a|", "7|methods|Of IL-2.", "7\t12\t16\tIL-2\tGene", "7|r2|End"]
    document, mentions = lines_read(tmp_path, *lines)
    assert document.text == "A title  Of IL-2. End"
    assert document.passage_cuts == (8, 9, 18)
    assert mentions == [(12, 16, "IL-2", None)]
    assert document.text[12:16] == "IL-2"


def test_offsets_may_restart_in_each_passage(tmp_path):
    title, abstract = "7|t|IL-2 and p53", "7|a|p53 only, not IL-2"
    gene = "7\t0\t4\tIL-2\tGene", "7\t0\t3\tp53\tGene", "7\t9\t12\tp53\tGene"
    inside = (title, gene[0], gene[2], abstract, gene[1])
    document, mentions = lines_read(tmp_path, *inside, offsets="passage")
    assert mentions == [(0, 4, "IL-2", None), (9, 12, "p53", None), (13, 16, "p53", None)]
    assert document.text[13:16] == "p53"
    # After all passages, a line means the last one unless it quotes what only another one has.
    _, mentions = lines_read(tmp_path, title, abstract, *gene, offsets="passage")
    assert mentions == [
        (0, 4, "IL-2", "another_passage"),
        (13, 16, "p53", None),
        (9, 12, "p53", "another_passage"),
    ]


def test_fragments_that_only_white_space_parts_are_one_mention(tmp_path):
    lines = ["7|t|Wilms  tumour and lung tumour", "7\t0;7\t5;13\tWilms tumour\tDisease"]
    _, mentions = lines_read(tmp_path, *lines)
    assert mentions == [(0, 13, "Wilms  tumour", "joined_fragments")]


def test_more_columns_than_five_are_not_read(tmp_path):
    lines = ["7|t|IL-2 gene", "7\t0\t4\tIL-2\tGene\t3558,16183\tIL|2\tx"]
    document, mentions = lines_read(tmp_path, *lines)
    assert mentions == [(0, 4, "IL-2", None)]
    assert document.mentions[0].type == "Gene"


def test_file_of_another_format_is_an_error():
    with pytest.raises(InputError, match="no title line"):
        pubtator.read(
            FIXTURES.parent / "iob" / "sentences.tsv", name="x", options=pubtator.Options()
        )


@pytest.mark.parametrize("between", ["", "\n"])
def test_full_texts_have_several_passages_of_one_name(tmp_path, between):
    path = tmp_path / "file"
    path.write_text(
        "9|t|Zinc\n9|a|in mice\n9|a|and iron\n9|t|Methods\n9|a|lead\n"
        f"9\t16\t20\tiron\tX\n9\t29\t33\tlead\tX\n{between}9|t|Again\n"
    )
    first, again = pubtator.read(path, name="x", options=pubtator.Options()).documents
    assert first.text == "Zinc in mice and iron Methods lead"
    assert first.passage_cuts == (5, 13, 22, 30)
    assert again.text == "Again"
    path.write_text("9|t|Zinc\n\n9|t|Iron\n")  # a blank line separates documents
    reading = pubtator.read(path, name="x", options=pubtator.Options())
    assert [d.text for d in reading.documents] == ["Zinc", "Iron"]


def test_files_that_were_joined_with_their_marks(tmp_path):
    path = tmp_path / "file"
    one = "\ufeff{0}|t|Zinc\n{0}\t0\t4\tZinc\tX\n"
    path.write_text(one.format(1) + one.format(2), encoding="utf-8")
    reading = pubtator.read(path, name="x", options=pubtator.Options())
    assert [(d.id, len(d.mentions)) for d in reading.documents] == [("1", 1), ("2", 1)]
    assert not reading.incidents
