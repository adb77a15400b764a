"""What is written is read again by the package's own readers, span by span."""

import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sru_ner.annotation.documents import (
    WHOLE,
    AnnotatedDocument,
    Passage,
    TextDocument,
)
from sru_ner.annotation.outputs.context import WriteContext
from sru_ner.annotation.outputs.formats import OUTPUTS, find_output
from sru_ner.corpora.incidents import Incidents
from sru_ner.corpora.readers import read_file
from sru_ner.corpora.readers.raw import RawDocument
from sru_ner.inference.spans import AnnotatedSpan
from sru_ner.text.invisible import without_invisible
from sru_ner.text.sentences import split_sentences
from sru_ner.text.words import split_words

TYPES = ("Cell_Line", "Disease", "Gene")
READERS = {
    "jsonl": ("jsonl", {}),
    "parquet": ("parquet", {}),
    "pubtator": ("pubtator", {}),
    "bioc-xml": ("bioc_xml", {}),
    "bioc-json": ("bioc_json", {}),
    "brat": ("brat", {}),
    "conll": ("iob", {"start_column": 1, "end_column": 2, "document_ids": True}),
}
NASTY = st.sampled_from(
    [*" \n\t\r.,;|<>&\"'-\0\x0b\x85\ufeff\u2028\u200d", "e\u0301", "\U0001f9ec"]
)
TEXTS = st.lists(
    st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), NASTY), max_size=14
).map("".join)


@st.composite
def annotated_documents(draw: st.DrawFn) -> list[AnnotatedDocument]:
    documents = []
    for number in range(draw(st.integers(1, 3))):
        text = draw(TEXTS.filter(str.strip))
        cuts = draw(st.lists(st.integers(1, max(1, len(text) - 1)), max_size=2, unique=True))
        starts = [0, *(cut for cut in sorted(cuts) if text[cut - 1].isspace())]
        names = ["title", "abstract", "METHODS"]
        passages = tuple(map(Passage, starts, names)) if len(starts) > 1 else WHOLE
        document = TextDocument(f"9{number}", text, passages, draw(st.sampled_from([{}, {"a": 1}])))
        spans = set()
        for start, end in document.ranges():
            stripped = [i for i in range(start, end) if not text[i].isspace()]
            for _ in range(draw(st.integers(0, 3)) if stripped else 0):
                first, last = sorted(draw(st.sampled_from(stripped)) for _ in range(2))
                spans.add((first, -last - 1, draw(st.sampled_from(TYPES))))
        found = tuple(_span(text, s, -e, t) for s, e, t in sorted(spans))
        documents.append(AnnotatedDocument(document, found))
    return documents


def _span(text: str, start: int, end: int, type_: str) -> AnnotatedSpan:
    return AnnotatedSpan(start, end, text[start:end], type_, 0.75, (f"x${type_}",))


def _seen(text: str) -> str:
    return "".join(without_invisible(text).split())


def written(
    name: str, documents: list[AnnotatedDocument], folder: Path, columns: pa.Schema | None = None
) -> tuple[Path, Incidents]:
    format_, incidents = find_output(name), Incidents()
    context = WriteContext(TYPES, incidents.add, columns)
    target = folder / f"out{format_.suffix}"
    format_.write_path(documents, target, context)
    return target, incidents


def read_back(name: str, target: Path) -> dict[str, RawDocument]:
    reader, options = READERS[name]
    reading = read_file(reader, target, name="x", options=options)
    assert not [i for i in reading.incidents if i.outcome == "refused"]
    return {document.id: document for document in reading.documents}


def check_spans(name: str, documents: list[AnnotatedDocument]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        target, incidents = written(name, documents, Path(folder))
        found = read_back(name, target)
    assert not [reason for reason in incidents.counts if reason.startswith("mentions")]
    for annotated in documents:
        document = found[annotated.document.id]
        # In a text file, a mark at the beginning is no character of the text that is read.
        mark = int(name == "brat" and annotated.document.text.startswith("\ufeff"))
        assert len(document.text) == len(annotated.document.text) - mark
        read = [(m.start, m.end, m.type, m.refusal) for m in document.mentions]
        assert sorted(read, key=str) == sorted(
            (
                (max(s.start - mark, 0), s.end - mark, s.type, None if s.end > mark else "empty")
                for s in annotated.spans
            ),
            key=str,
        )
        for m in document.mentions:
            kept = document.text[m.start : m.end]
            assert m.text == kept or (mark and m.text == f"\ufeff{kept}")


BYTE_ORDER_MARK = [
    AnnotatedDocument(
        TextDocument("90", "\ufeffIL-2\r\nin mice "),
        (_span("\ufeffIL-2\r\nin mice ", 1, 9, "Gene"),),
    )
]
LINE_ENDS = "\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029"
INSIDE = [
    AnnotatedDocument(
        TextDocument(f"9{n}", f"IL{end}2"), (_span(f"IL{end}2", 0, 3 + len(end), "Gene"),)
    )
    for n, end in enumerate([*LINE_ENDS, "\r\n", "\t\t"])
]
SEPARATE = ("jsonl", "parquet", "pubtator", "bioc-xml", "bioc-json", "brat")


@pytest.mark.fault(
    "texts with CR, CRLF and tabs inside mentions, in each format that is written",
    before="lines of brat and TSV were cut or merged",
    now="each output is read back by the reader of its format",
)
@pytest.mark.parametrize("name", SEPARATE)
def test_spans_come_back_whatever_the_text(name: str) -> None:
    @settings(max_examples=25, deadline=None)
    @given(annotated_documents())
    @example(BYTE_ORDER_MARK)
    @example(INSIDE)
    def law(documents: list[AnnotatedDocument]) -> None:
        check_spans(name, documents)

    law()


@settings(max_examples=25, deadline=None)
@given(annotated_documents(), st.data())
def test_conll_gives_back_whole_words_and_counts_what_it_leaves_out(
    documents: list[AnnotatedDocument], data: st.DataObject
) -> None:
    wordy = []
    for annotated in documents:
        text = annotated.document.text
        sentences = [
            split_words(text[begin + start : begin + end], begin + start)
            for begin, stop in annotated.document.ranges()
            for start, end in split_sentences(text[begin:stop])
        ]
        chosen = data.draw(
            st.lists(st.sampled_from([s for s in sentences if s] or [[]]), max_size=3)
        )
        spans = {(words[0][0], words[-1][1]) for words in chosen if words}
        spans |= {words[-1] for words in chosen if words}
        found = tuple(_span(text, s, e, "Gene") for s, e in sorted(spans))
        wordy.append(AnnotatedDocument(annotated.document, found))
    with tempfile.TemporaryDirectory() as folder:
        target, incidents = written("conll", wordy, Path(folder))
        if any(any(split_words(a.document.text)) for a in wordy):
            back = read_back("conll", target)
        else:
            return
    left_out = sum(n for reason, n in incidents.counts.items() if "overlap" in reason)
    assert sum("whole words" in reason for reason in incidents.counts) == 0
    count = 0
    for annotated in wordy:
        if annotated.document.id in back:
            document = back[annotated.document.id]
            count += len(document.mentions)
            said = {_seen(s.text) for s in annotated.spans}
            assert {_seen(m.text) for m in document.mentions} <= said
    assert count + left_out == sum(len(a.spans) for a in wordy)


@pytest.mark.fault(
    "CR, tab or CRLF inside a mention, written as brat",
    before="lines that brat itself refused",
    now="brat's own rules hold for each line",
)
@settings(max_examples=60, deadline=None)
@given(annotated_documents())
@example(BYTE_ORDER_MARK)
@example(INSIDE)
def test_lines_of_brat_are_as_its_own_parser_wants_them(
    documents: list[AnnotatedDocument],
) -> None:
    """brat ends lines where Python does, and compares each quotation with the text."""
    with tempfile.TemporaryDirectory() as folder:
        target, _ = written("brat", documents, Path(folder))
        for annotated in documents:
            text = (target / f"{annotated.document.id}.txt").read_bytes().decode()
            assert text == annotated.document.text
            lines = (target / f"{annotated.document.id}.ann").read_bytes().decode().splitlines()
            assert len(lines) == 2 * len(annotated.spans)
            for span, mention, note in zip(annotated.spans, lines[::2], lines[1::2], strict=True):
                name, place, quoted = mention.split("\t")
                type_, _, places = place.partition(" ")
                pieces = [tuple(map(int, each.split(" "))) for each in places.split(";")]
                assert quoted == " ".join(text[start:end] for start, end in pieces)
                assert (type_, pieces[0][0], pieces[-1][1]) == (span.type, span.start, span.end)
                assert note.split("\t")[1] == f"AnnotatorNotes {name}"


@pytest.mark.fault(
    "line ends inside a mention, written as PubTator or CoNLL",
    before="rows were cut",
    now="each row is one line",
)
@settings(max_examples=60, deadline=None)
@given(annotated_documents())
@example(BYTE_ORDER_MARK)
@example(INSIDE)
def test_lines_of_pubtator_and_conll_end_only_where_they_are_to_end(
    documents: list[AnnotatedDocument],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("pubtator", "conll"):
            content = written(name, documents, Path(folder))[0].read_bytes().decode()
            lines = content.splitlines()
            assert [line for line in lines if line] == [x for x in content.split("\n") if x]
            fields = {line.count("\t") for line in lines if line and "|" not in line.split("\t")[0]}
            assert fields <= ({5} if name == "pubtator" else {0, 3})


def test_all_formats_but_the_page_are_read_back() -> None:
    assert {*READERS, "html"} == set(OUTPUTS)
