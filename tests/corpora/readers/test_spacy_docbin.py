import zlib

import pytest
import spacy
import srsly
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc, DocBin, Span

from sru_ner.corpora.detect import detect_format
from sru_ner.corpora.readers import spacy_docbin
from sru_ner.corpora.readers.spacy_docbin import is_docbin
from sru_ner.errors import InputError, UnknownNameError

NLP = spacy.blank("en")
TEXT = "IL-2 in \U0001d6fc mice  and na\u00efve rats."


def document(*ents, **groups):
    doc = NLP(TEXT)
    doc.ents = [Span(doc, *span) for span in ents]
    for key, spans in groups.items():
        doc.spans[key] = [Span(doc, *span) for span in spans]
    return doc


def write(path, docs, **how):
    DocBin(docs=docs, **how).to_disk(path)
    return path


def read(path, **options):
    return spacy_docbin.read(path, name="x", options=spacy_docbin.Options(**options))


def quoted(found):
    return [(found.text[m.start : m.end], m.type) for m in found.mentions]


def test_entities_are_read_unless_spans_are_named(tmp_path):
    ents, group = [(0, 1, "GENE"), (2, 4, "PERSON")], [(0, 3, "A"), (2, 4, "B"), (2, 4, "C")]
    path = write(tmp_path / "a.spacy", [document(*ents, sc=group), document()])
    assert detect_format(path).reader == "spacy_docbin"
    reading = read(path)
    first, second = reading.documents
    assert (first.id, second.id, first.text) == ("x-000001", "x-000002", TEXT)
    assert quoted(first) == [("IL-2", "GENE"), ("\U0001d6fc mice", "PERSON")]
    assert not second.mentions
    assert [(i.reason, i.detail) for i in reading.incidents] == [
        ("other_spans", "3 spans of 'sc' are not read")
    ]
    nested = [("IL-2 in \U0001d6fc", "A"), ("\U0001d6fc mice", "B"), ("\U0001d6fc mice", "C")]
    assert quoted(read(path, spans=["sc"]).documents[0]) == nested
    both = read(path, spans=["ents", "sc"])
    assert quoted(both.documents[0]) == quoted(first) + nested
    assert not both.incidents
    with pytest.raises(UnknownNameError, match="sc"):
        read(path, spans=["sd"])


def test_all_groups_are_read_if_there_is_no_entity(tmp_path):
    docs = [document(a=[(0, 1, "A")], b=[(1, 2, "B")])]
    assert quoted(read(write(tmp_path / "a.spacy", docs)).documents[0]) == [
        ("IL-2", "A"),
        ("in", "B"),
    ]


WORDS = st.lists(
    st.text(st.sampled_from("ab\u00e9\U0001d6fc\ufeff"), min_size=1, max_size=3),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=50)
@given(WORDS, st.data())
def test_what_spacy_writes_is_read(tmp_path_factory, words, data):
    spaces = data.draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)))
    doc = Doc(NLP.vocab, words=words, spaces=spaces)
    index = st.integers(0, len(words) - 1)
    places = data.draw(
        st.lists(st.tuples(index, index, st.sampled_from(["X", "PERSON"])), max_size=3)
    )
    spans = [Span(doc, min(a, b), max(a, b) + 1, label) for a, b, label in places]
    doc.ents = spacy.util.filter_spans(spans)
    doc.spans["all"] = spans
    path = write(tmp_path_factory.mktemp("bin") / "a.spacy", [doc])
    for key, expected in (("ents", doc.ents), ("all", spans)):
        (found,) = read(path, spans=[key]).documents
        assert found.text == doc.text
        assert [(m.start, m.end, m.type, m.text) for m in found.mentions] == [
            (s.start_char, s.end_char, s.label_, s.text) for s in expected
        ]


def test_sentences_and_unknown_spaces(tmp_path):
    doc = Doc(NLP.vocab, words=["a", "b", "c"])  # without spaces that are known
    doc[0].is_sent_start, doc[1].is_sent_start, doc[2].is_sent_start = True, False, True
    (found,) = read(write(tmp_path / "a.spacy", [doc])).documents
    assert found.text == "a b c "
    assert [(s.start, s.end) for s in found.sentences] == [(0, 3), (4, 5)]


def packed(**changes):
    doc = document((0, 1, "GENE"), sc=[(0, 3, "A")])
    message = srsly.msgpack_loads(zlib.decompress(DocBin(docs=[doc]).to_bytes()))
    return zlib.compress(srsly.msgpack_dumps({**message, **changes}))


def group(*spans):
    spans = [spacy_docbin._SPAN.pack(0, 0, 2**50, first, after, 0, 0) for first, after in spans]
    return srsly.msgpack_dumps({srsly.msgpack_dumps({"name": "sc", "spans": spans}): ["sc"]})


BROKEN = {
    "empty": b"",
    "no zlib": b"PK not really",
    "cut": packed()[:-30],
    "no table": zlib.compress(srsly.msgpack_dumps([1])),
    "no tokens": packed(tokens=b""),
    "no attributes": packed(attrs=[]),
    "odd tokens": packed(tokens=b"abc"),
    "negative length": packed(lengths=b"\xff\xff\xff\xff"),
    "spaces for tokens": packed(spaces=b""),
    "numbers for strings": packed(strings=[1]),
    "too few flags": packed(flags=[{}, {}]),
    "groups of another kind": packed(span_groups=[b"\x81\x01\x02"]),
    "span too short": packed(
        span_groups=[srsly.msgpack_dumps([srsly.msgpack_dumps({"name": "a", "spans": [b"1"]})])]
    ),
    "deep": zlib.compress(b"\x91" * 100_000),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_files_are_errors(tmp_path, case):
    path = tmp_path / "a.spacy"
    path.write_bytes(BROKEN[case])
    with pytest.raises(InputError, match="not a readable DocBin of spaCy") as caught:
        read(path)
    assert caught.value.remedy


def test_a_file_that_expands_too_far_is_an_error(tmp_path):
    path = tmp_path / "a.spacy"
    path.write_bytes(zlib.compress(b"\0" * 2**26))
    with pytest.raises(InputError, match="bytes expand to more than"):
        read(path)


def test_documents_and_spans_that_cannot_be_used_are_counted(tmp_path):
    path = tmp_path / "a.spacy"
    path.write_bytes(packed(span_groups=[group((0, 99), (2, 2), (-1, 2))], strings=[]))
    with pytest.raises(InputError, match="no document in this file: a token is not among"):
        read(path)
    path.write_bytes(packed(span_groups=[group((0, 99), (2, 2), (-1, 2), (0, 1))]))
    reading = read(path, spans=["ents", "sc"])
    assert quoted(reading.documents[0]) == [("IL-2", "GENE")]
    # The label of the last span is no string of the file.
    assert [(i.outcome, i.reason, i.line) for i in reading.incidents] == [
        ("refused", "malformed_span", 1)
    ] * 4
    assert reading.incidents[3].detail.endswith("its label is not among the strings of the file")


def test_only_a_docbin_looks_like_one(tmp_path):
    assert is_docbin(packed())
    assert not is_docbin(zlib.compress(b"version attrs"))
    assert not is_docbin(b"text")


def test_nothing_in_a_file_runs(tmp_path):
    mark = tmp_path / "mark"
    evil = {
        b"nd": True,
        b"type": "O",
        b"kind": b"",
        b"shape": [1],
        b"data": f"touch {mark}".encode(),
    }
    path = tmp_path / "a.spacy"
    path.write_bytes(packed(tokens=evil))
    with pytest.raises(InputError, match="not a readable DocBin"):
        read(path)
    assert not mark.exists()
