from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.corpora.readers import iob
from sru_ner.errors import InputError

FIXTURES = Path(__file__).parents[2] / "fixtures" / "iob"


def read(name, **options):
    return iob.read(FIXTURES / name, name="x-train", options=iob.Options(**options))


def mentions(document):
    return [(m.text, m.type, m.line) for m in document.mentions]


def test_each_sentence_is_a_document_where_none_are_given():
    reading = read("sentences.tsv")
    first, second = reading.documents
    assert (first.id, second.id) == ("x-train-000001", "x-train-000002")
    assert first.text == "Aspirin and sodium chloride heparin ."
    assert (first.line, second.line) == (1, 8)
    assert [(s.start, s.end) for s in first.sentences] == [(0, len(first.text))]
    assert [first.text[a:b] for a, b in first.sentences[0].words] == first.text.split()


def test_adjacent_begins_are_separate_mentions():
    first, _ = read("sentences.tsv").documents
    assert mentions(first) == [
        ("Aspirin", "Chemical", 1),
        ("sodium chloride", "Chemical", 3),
        ("heparin", "Chemical", 5),
    ]
    assert all(first.text[m.start : m.end] == m.text for m in first.mentions)


def test_inside_that_continues_nothing_opens_a_mention_and_is_marked():
    _, second = read("sentences.tsv").documents
    assert mentions(second) == [("headache", "Disease", 9), ("fever", "Chemical", 10)]
    assert [m.flaw for m in second.mentions] == [None, "inside_without_begin"]


def test_in_iob1_it_is_no_flaw():
    options = {"separator": "white_space", "scheme": "iob1"}
    (document,) = read("conll2003.txt", **options).documents
    assert mentions(document) == [("EU", "ORG", 3), ("German", "MISC", 5), ("UK", "MISC", 6)]
    assert [m.flaw for m in document.mentions] == [None, None, None]


def test_document_starts_separate_documents_and_are_not_text():
    first, second = read("documents.tsv").documents
    assert first.text == "IL-2 gene Cells ."
    assert [(s.start, s.end) for s in first.sentences] == [(0, 9), (10, 17)]
    assert second.text == "T cells"
    assert mentions(second) == [("T cells", "cell_type", 10)]


def test_sentence_with_a_malformed_line_is_left_out_and_counted():
    reading = read("malformed.tsv")
    assert [d.text for d in reading.documents] == ["Aspirin helps"]
    found = [(i.outcome, i.reason, i.line, i.mentions) for i in reading.incidents]
    assert found == [("refused", "malformed_line", 5, 2), ("refused", "malformed_line", 8, 1)]
    assert reading.incidents[0].detail.startswith("no word, tag and place in this line")


SCAI = {
    "start_column": 1,
    "end_column": 2,
    "tag_prefix": "|",
    "document_marker": "###",
    "document_ids": True,
    "sentences": False,
    "encoding": "iso-8859-1",
}


def test_words_stand_where_offset_columns_say():
    first, second = read("scai.iob", **SCAI).documents
    assert (first.id, first.line, second.id) == ("4711", 2, "4712")
    assert first.text == "2,4-Naïve acid , two"
    assert first.sentences is None
    assert mentions(first) == [("2,4-Naïve acid", "IUPAC", 2), ("two", "SUM", 7)]
    assert all(d.text[m.start : m.end] == m.text for d in (first, second) for m in d.mentions)
    assert mentions(second) == [("x-y", "TRIVIAL", 10)]


def test_offsets_that_go_back_or_too_far_are_malformed(tmp_path):
    path = tmp_path / "file"
    rows = ["a\t0\t1\tB-X\nb\t0\t1\tO", "a\t0\t1\tO\nb\t9000\t9001\tO", "a\t0\tx\tO", "a\t2\t2\tO"]
    path.write_text("\n\n".join([*rows, "good\t90\t94\tO", "long\t0\t9\tO"]))
    columns = iob.Options(start_column=1, end_column=2)
    reading = iob.read(path, name="x", options=columns)
    assert [d.text for d in reading.documents] == ["good", "long"]
    found = [(i.outcome, i.reason, i.line) for i in reading.incidents]
    assert found == [("refused", "malformed_line", n) for n in (2, 5, 7, 9)] + [
        ("noted", "word_length", 13)
    ]


def test_columns_in_any_order_and_comments(tmp_path):
    path = tmp_path / "file"
    path.write_text("# id 1\nB-X NN IL\nI-X NN 2\nO . #\n\n# id 2\nO NN no\n")
    options = iob.Options(separator="white_space", tag_column=0, word_column=-1, comment="# ")
    first, second = iob.read(path, name="x", options=options).documents
    assert (first.text, second.text) == ("IL 2 #", "no")
    assert mentions(first) == [("IL 2", "X", 2)]


def test_tags_without_a_type_take_the_one_given(tmp_path):
    path = tmp_path / "file"
    path.write_text("IL\tB\n2\tI\nin\tO\n")
    (document,) = iob.read(path, name="x", options=iob.Options(untyped="Gene")).documents
    assert mentions(document) == [("IL 2", "Gene", 1)]
    with pytest.raises(InputError, match="no sentence"):
        iob.read(path, name="x", options=iob.Options())


def test_files_of_a_folder_are_parts_with_names_of_their_own(tmp_path):
    for name in ("b.tsv", "a.tsv", "README"):
        (tmp_path / name).write_text("word\tO\n")
    reading = iob.read(tmp_path, name="x", options=iob.Options(members="*.tsv"))
    assert [(d.id, d.part) for d in reading.documents] == [
        ("x-a.tsv-000001", "a.tsv"),
        ("x-b.tsv-000001", "b.tsv"),
    ]


@pytest.mark.parametrize("wrong", [{"start_column": 1}, {"sentences": False}])
def test_options_that_contradict_each_other_are_refused(wrong):
    with pytest.raises(ValueError, match="start_column and end_column"):
        iob.Options(**wrong)


@pytest.mark.parametrize("content", ["", "\n\n", "word,O\nother,O\n"])
def test_file_without_a_sentence_is_an_error(tmp_path, content):
    path = tmp_path / "empty.tsv"
    path.write_text(content)
    with pytest.raises(InputError, match="no sentence"):
        iob.read(path, name="x", options=iob.Options())


def read_text(tmp_path, text, **options):
    (tmp_path / "file").write_text(text)
    return iob.read(tmp_path / "file", name="x", options=iob.Options(**options))


def texts(reading):
    return [document.text for document in reading.documents]


TWO = "Tom\tB-PER\nran\tO\n\nAnn\tB-PER\n"


@pytest.mark.fault(
    "one `-DOCSTART-` at the top of a CoNLL file",
    before="the corpus became one document",
    now="each sentence is a document, and the marker is noted with its line",
)
def test_a_single_marker_at_the_top_does_not_make_one_document(tmp_path):
    reading = read_text(tmp_path, "-DOCSTART-\tO\n\n" + TWO)
    assert texts(reading) == ["Tom ran", "Ann"]
    (incident,) = reading.incidents
    assert (incident.outcome, incident.reason, incident.line) == ("noted", "single_marker", 1)
    assert texts(read_text(tmp_path, "-DOCSTART-\tO\n\n" + TWO, documents="file")) == [
        "Tom ran Ann"
    ]
    several = read_text(tmp_path, TWO + "\n-DOCSTART- -X- O O\n\nEve\tB-PER\n")
    assert (texts(several), several.incidents) == (["Tom ran Ann", "Eve"], ())


def test_a_single_marker_with_an_identifier_that_is_read_names_a_document(tmp_path):
    reading = read_text(tmp_path, "-DOCSTART- 90\n\n" + TWO, document_ids=True)
    assert [(d.id, d.text) for d in reading.documents] == [("90", "Tom ran Ann")]
    assert not reading.incidents


def test_a_single_marker_in_each_of_several_files_begins_a_document(tmp_path):
    for name in ("a.conll", "b.conll"):
        (tmp_path / name).write_text("-DOCSTART-\tO\n\n" + TWO)
    reading = iob.read(tmp_path, name="x", options=iob.Options())
    assert texts(reading) == ["Tom ran Ann"] * 2
    assert not reading.incidents


def test_documents_by_file_sentence_and_blank_lines(tmp_path):
    text = TWO + "\n\nEve\tB-PER\n\n \t\n"
    assert texts(read_text(tmp_path, text)) == ["Tom ran", "Ann", "Eve"]
    assert texts(read_text(tmp_path, text, documents="file")) == ["Tom ran Ann Eve"]
    assert texts(read_text(tmp_path, text, documents="blank_lines")) == ["Tom ran Ann", "Eve"]
    marked = "-DOCSTART- O\n\n".join(["", TWO, TWO])
    assert len(texts(read_text(tmp_path, marked, documents="sentence"))) == 4


def test_words_that_look_like_comments_or_markers_are_words(tmp_path):
    text = "# text = Tom\n#aspirin\tB-Drug\n#\tO\n# sent_id\n\n### 7\tO\n"
    for signs in ({"comment": "#"}, {"comment": "#", "document_marker": "###"}):
        reading = read_text(tmp_path, text, **signs)
        assert texts(reading) == ["#aspirin #", "### 7"]
        assert mentions(reading.documents[0]) == [("#aspirin", "Drug", 2)]
    spaces = "# text = Vitamin O\nVitamin B-X\nO I-X\n# O\n"
    reading = read_text(tmp_path, spaces, comment="#", separator="white_space")
    assert texts(reading) == ["Vitamin O #"]


CONLLU = """\
# newdoc id = d1
# sent_id = 1
# text = Vamonos, Ana
1-2\tVamonos\t_\t_
1\tVamos\tVERB\tO
2\tnos\tPRON\tO
2.1\tya\tADV\t_
3\tAna\tPROPN\tB-PER

# newdoc id = d2
1\tAnn\tPROPN\tB-PER
"""


def test_conll_u(tmp_path):
    options = {"id_column": 0, "word_column": 1, "comment": "#"}
    options |= {"document_marker": "# newdoc", "document_ids": True}
    reading = read_text(tmp_path, CONLLU, **options)
    assert [(d.id, d.text) for d in reading.documents] == [("d1", "Vamos nos Ana"), ("d2", "Ann")]
    assert mentions(reading.documents[0]) == [("Ana", "PER", 8)]
    assert [(i.outcome, i.reason, i.line) for i in reading.incidents] == [
        ("noted", "no_word", 4), ("noted", "no_word", 7),
    ]  # fmt: skip
    tagged = CONLLU.replace("ADV\t_", "ADV\tB-X")
    assert read_text(tmp_path, tagged, **options).incidents[1].reason == "tag_of_no_word"
    nested = "1\ta\tO\tO\n2-3\tb\t_\tB-X\n"
    columns = {"id_column": 0, "word_column": 1, "tag_column": 3, "nested_tag_columns": (2,)}
    reading = read_text(tmp_path, nested, **columns)
    assert "tag_of_no_word" in {incident.reason for incident in reading.incidents}


def test_nested_columns_headers_and_other_tags(tmp_path):
    text = "word\touter\tinner\n\nBonn\tB_ORG\tB_LOC\nUni\tI_ORG\t_\nist\t_\t_\n"
    options = {"header": True, "tag_column": 1, "tag_separator": "_", "outside": "_"}
    (document,) = read_text(tmp_path, text, **options).documents
    assert mentions(document) == [("Bonn Uni", "ORG", 3)]
    (document,) = read_text(tmp_path, text, **options, nested_tag_columns=(2,)).documents
    assert mentions(document) == [("Bonn Uni", "ORG", 3), ("Bonn", "LOC", 3)]
    (document,) = read_text(tmp_path, "New\tLOC\nYork\tI-LOC\nis\tO\n", scheme="io").documents
    assert mentions(document) == [("New York", "LOC", 1)]


WORD = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1, max_size=5)
TAG = st.sampled_from(["O", "B-A", "I-A", "B-B", "I-B"])
SENTENCE = st.lists(st.tuples(WORD, TAG), min_size=1, max_size=8)


@given(st.lists(SENTENCE, min_size=1, max_size=4))
def test_nothing_is_lost(tmp_path_factory, sentences):
    path = tmp_path_factory.mktemp("iob") / "file.tsv"
    blocks = ["".join(f"{word}\t{tag}\n" for word, tag in rows) for rows in sentences]
    path.write_text("\n".join(blocks), encoding="utf-8", newline="\n")
    reading = iob.read(path, name="x", options=iob.Options())
    assert not reading.incidents
    assert [d.text for d in reading.documents] == [" ".join(w for w, _ in r) for r in sentences]
    for document, rows in zip(reading.documents, sentences, strict=True):
        begins = sum(
            tag[0] == "B" or (tag[0] == "I" and before[2:] != tag[2:])
            for before, tag in zip(["O", *(t for _, t in rows)], (t for _, t in rows), strict=False)
        )
        assert len(document.mentions) == begins
        covered = sum(len(m.text.split(" ")) for m in document.mentions)
        assert covered == sum(tag != "O" for _, tag in rows)
        assert all(document.text[m.start : m.end] == m.text for m in document.mentions)
