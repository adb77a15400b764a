from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.corpora.readers.raw import RawDocument, RawMention, RawSentence
from sru_ner.harmonize.convert import convert

TYPES = {"gene": "Gene", "cell": "Cell_Line", "verb": None, "protein": "Gene"}
TEXT = "HeLa p53 binds E. coli. It is short-lived."


def raw(*mentions, text=TEXT, **more):
    """Mentions are (text, type) or (start, end, text, type); their lines count from 1."""
    rows = []
    for line, mention in enumerate(mentions, start=1):
        if len(mention) == 2:
            start = text.index(mention[0])
            mention = (start, start + len(mention[0]), *mention)  # noqa: PLW2901
        rows.append(RawMention(*mention, line))
    return RawDocument("d", text, tuple(rows), line=1, **more)


def reasons(conversion):
    return [(i.outcome, i.reason, i.line) for i in conversion.incidents]


def test_types_are_mapped_and_null_drops():
    document, conversion = convert(raw(("p53", "protein"), ("binds", "verb")), TYPES)
    (span,) = document.spans
    assert (span.type, span.source_type) == ("Gene", "protein")
    assert conversion.dropped == Counter(verb=1)
    assert (conversion.in_file, conversion.kept, conversion.refused) == (2, 1, 0)


def test_unknown_type_is_refused():
    document, conversion = convert(raw(("p53", "Proteins")), TYPES)
    assert document.spans == ()
    assert reasons(conversion) == [("refused", "unknown_type", 1)]


def test_mentions_are_sorted_outermost_first():
    document, _ = convert(raw(("p53", "cell"), ("p53", "gene"), ("HeLa p53", "gene")), TYPES)
    found = [(TEXT[s.start : s.end], s.type, s.depth) for s in document.spans]
    assert found == [("HeLa p53", "Gene", 0), ("p53", "Cell_Line", 1), ("p53", "Gene", 1)]


def test_duplicates_are_found_after_mapping_and_repairing():
    mentions = [("p53", "gene"), ("p53", "protein"), (6, 9, "p53", "gene")]
    document, conversion = convert(raw(*mentions), TYPES)
    assert len(document.spans) == 1
    assert document.spans[0].source_type == "gene"
    assert reasons(conversion) == [("refused", "duplicate", 2), ("refused", "duplicate", 3)]
    assert conversion.repaired == 0


def test_repaired_mention_is_kept_and_counted():
    document, conversion = convert(raw((6, 9, "p53", "gene"), (90, 99, "lived", "gene")), TYPES)
    assert [TEXT[s.start : s.end] for s in document.spans] == ["p53", "lived"]
    assert reasons(conversion) == [
        ("repaired", "quotes_another_text", 1),
        ("repaired", "past_the_end", 2),
    ]
    assert (conversion.kept, conversion.repaired, conversion.refused) == (2, 2, 0)


def test_readers_guess_counts_as_repaired():
    mention = RawMention(5, 8, "p53", "gene", 4, flaw="inside_without_begin")
    _, conversion = convert(RawDocument("d", TEXT, (mention,), 1), TYPES)
    assert reasons(conversion) == [("repaired", "inside_without_begin", 4)]


def test_repaired_mention_that_crosses_is_refused_only():
    mentions = [("HeLa p53 binds", "gene"), (6, 23, "p53 binds E. coli", "gene")]
    document, conversion = convert(raw(*mentions), TYPES)
    assert [TEXT[s.start : s.end] for s in document.spans] == ["p53 binds E. coli"]
    assert reasons(conversion) == [
        ("refused", "crosses_same_type", 1),
        ("repaired", "quotes_another_text", 2),
    ]


def test_sentences_are_not_cut_inside_mentions():
    text = "We saw H. pylori. It grew."
    free, none_merged = convert(raw(text=text), TYPES)
    kept, merged = convert(raw(("pylori. It", "cell"), text=text), TYPES)
    assert none_merged.merged_sentences == 0
    assert merged.merged_sentences == 1
    assert len(kept.sentences) == len(free.sentences) - 1
    assert not any(span.crosses_sentence for span in kept.spans)


def test_passages_end_sentences():
    text = "A title without an end An abstract."
    document, _ = convert(raw(text=text, passage_cuts=(23,)), TYPES)
    assert [text[s.start : s.end] for s in document.sentences] == [text[:22], text[23:]]


def test_given_sentences_and_words_are_taken_as_they_are():
    sentences = (RawSentence(0, 14, ((0, 4), (5, 14))), RawSentence(15, 42, None))
    mentions = [("HeLa", "cell"), ("p53", "gene"), ("binds E", "gene"), ("short", "gene")]
    document, _ = convert(raw(*mentions, sentences=sentences), TYPES)
    assert [(s.start, s.end) for s in document.sentences] == [(0, 14), (15, 42)]
    assert document.sentences[0].words == ((0, 4), (5, 14))
    assert len(document.sentences[1].words) == 10
    found = [(s.sentence_id, s.crosses_sentence, s.fits_words) for s in document.spans]
    assert found == [(0, False, True), (0, False, False), (0, True, False), (1, False, True)]


@pytest.mark.parametrize("text", ["", " \n"])
def test_blank_document(text):
    document, conversion = convert(raw((0, 3, "p53", "gene"), text=text), TYPES)
    assert document.sentences == document.spans == ()
    assert conversion.refused == 1


LINE = st.tuples(
    st.integers(0, 45), st.integers(0, 45), st.sampled_from(["p53", "HeLa p53", ". It", "is", ""]),
    st.sampled_from(["gene", "cell", "verb", "protein", "other"]),
)  # fmt: skip


@given(st.lists(LINE | st.sampled_from([("p53", "gene"), ("E. coli. It", "cell")]), max_size=8))
def test_every_mention_is_accounted_for(lines):
    document, conversion = convert(raw(*lines), TYPES)
    assert conversion.in_file == len(lines)
    assert conversion.kept + conversion.dropped.total() + conversion.refused == conversion.in_file
    assert conversion.repaired <= conversion.kept == len(document.spans)


def test_a_document_may_have_been_searched_for_some_types_only():
    document, conversion = convert(raw(("p53", "gene"), ("HeLa", "cell")), TYPES, ("Gene",))
    assert document.annotated_types == ("Gene",)
    assert [s.type for s in document.spans] == ["Gene"]
    assert reasons(conversion) == [("refused", "not_annotated_here", 2)]
    own, conversion = convert(
        raw(annotated_types=("cell", "gene", "protein", "verb", "x")), TYPES, ()
    )
    assert own.annotated_types == ("Cell_Line", "Gene")
    assert reasons(conversion) == [("noted", "unknown_annotated_type", 1)]
    assert convert(raw(), TYPES)[0].annotated_types is None


PIECE = st.sampled_from(
    [
        "E. coli",
        "vs. ",
        ". ",
        "? It ",
        "\r\n\r\n",
        "\u00a0",
        "β\u0301 ",
        "𝛼.",
        "Fig. 2",
        ")",
        "No. 5. ",
    ]
)


@given(st.lists(PIECE, max_size=12).map("".join), st.data())
def test_no_sentence_ends_inside_a_mention_and_every_mention_comes_back(text, data):
    offset = st.integers(0, len(text))
    marked = [sorted(pair) for pair in data.draw(st.lists(st.tuples(offset, offset), max_size=5))]
    cuts = data.draw(st.lists(st.integers(1, max(1, len(text) - 1)), max_size=2, unique=True))
    mentions = [(a, b, text[a:b], "gene") for a, b in marked]
    document, _ = convert(raw(*mentions, text=text, passage_cuts=tuple(sorted(cuts))), TYPES)
    for span in document.spans:
        home = document.sentences[span.sentence_id]
        assert not span.crosses_sentence
        assert home.start <= span.start < span.end <= home.end
    wanted = {text[a:b].strip() for a, b in marked}
    assert {text[s.start : s.end] for s in document.spans} <= wanted


def test_a_sentence_that_is_too_long_is_cut_outside_mentions_and_noted():
    text = "rats sat " * 1_000 + "here. Dogs ate."
    document, conversion = convert(raw(text=text), TYPES)
    assert len(document.sentences) == 6
    assert reasons(conversion) == [("noted", "too_long_sentence", 1)]
    assert "cut at 4 further places" in conversion.incidents[0].detail
    assert "rats" not in conversion.incidents[0].detail
    assert conversion.in_file == 0

    cut = document.sentences[1].start
    mention = (cut - 4, cut + 4, text[cut - 4 : cut + 4], "gene")
    document, conversion = convert(raw(mention, text=text), TYPES)
    assert [span.crosses_sentence for span in document.spans] == [False]
    assert len(document.sentences) == 5
    assert "cut at 3 further places" in conversion.incidents[0].detail
    assert conversion.merged_sentences == 1


def test_characters_that_cannot_be_seen_are_part_of_words_but_at_no_end():
    text = "\ufeffHe\u00adLa\u200b binds. \u200b"
    mention = (1, 7, "He\u00adLa\u200b", "cell")
    document, conversion = convert(raw(mention, text=text), TYPES)
    (span,), (sentence,) = document.spans, document.sentences
    assert (span.start, span.end, span.fits_words) == (1, 6, True)
    assert sentence.words == ((1, 6), (8, 13), (13, 14))
    assert reasons(conversion) == [("repaired", "outer_invisible_characters", 1)]


def test_words_of_the_corpus_neither_end_in_such_a_character_nor_consist_of_one():
    text = "HeLa\u200b \u200b binds\n\u2060"
    own = (RawSentence(0, 13, ((0, 5), (6, 7), (8, 13))), RawSentence(14, 15, ((14, 15),)))
    mentions = [(0, 7, "HeLa\u200b \u200b", "cell"), (14, 15, "\u2060", "gene")]
    document, conversion = convert(raw(*mentions, text=text, sentences=own), TYPES)
    (span,), (sentence,) = document.spans, document.sentences
    assert (span.start, span.end, span.fits_words) == (0, 4, True)
    assert sentence.words == ((0, 4), (8, 13))
    assert reasons(conversion) == [
        ("repaired", "outer_invisible_characters", 1),
        ("refused", "empty", 2),
    ]


def judged(*places, mentions=(), annotated=(), text=TEXT):
    """The judged places of a document, and what its mentions became."""
    rows = tuple((text.index(word), text.index(word) + len(word), type_) for word, type_ in places)
    document, conversion = convert(
        raw(*mentions, text=text, annotated_types=annotated, judged=rows), TYPES
    )
    spans = [(text[s.start : s.end], s.type) for s in document.spans]
    found = [(text[start:end], type_) for start, end, type_ in document.judged]
    return spans, found, reasons(conversion)


def test_a_judged_place_is_a_mention_or_none_and_all_else_is_open():
    places = [("p53", "protein"), ("HeLa", "gene"), ("HeLa", "verb")]
    spans, found, incidents = judged(*places, mentions=[("p53", "protein"), ("coli", "gene")])
    assert spans == [("p53", "Gene")]
    assert found == [("HeLa", "Gene"), ("p53", "Gene")]
    assert incidents == [("refused", "not_annotated_here", 2)]


def test_a_type_that_was_looked_for_needs_no_judged_places():
    for annotated in (None, ("gene",)):
        _, found, _ = judged(("p53", "gene"), mentions=[("p53", "gene")], annotated=annotated)
        assert found == []


def test_a_judged_mention_that_is_refused_is_not_taken_for_a_wrong_one():
    crossing = [("HeLa p53", "gene"), ("p53 binds E", "gene")]
    spans, found, _ = judged(*crossing, mentions=crossing)
    assert spans == found == [("p53 binds E", "Gene")]


def test_a_judged_mention_is_where_its_span_is():
    place = (" p53", "gene")
    spans, found, _ = judged(place, mentions=[place])
    assert spans == found == [("p53", "Gene")]
