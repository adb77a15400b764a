"""CoNLL columns: word, start, end and IOB2 tag, a blank line after each sentence.

    -DOCSTART- 22104738
    IL-2<TAB>0<TAB>4<TAB>B-Gene

Words and sentences are those the model read, offsets code points into the document. A word has one
tag: of mentions that overlap, the choice with the highest sum of scores is written and the others
are noted. The text between words and a document's further fields are not in it.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from sru_ner.harmonize.sentences import split_sentences
from sru_ner.harmonize.words import split_words
from sru_ner.inference.documents import AnnotatedDocument, Note
from sru_ner.inference.formats.context import WriteContext, note_left_out, plain_id
from sru_ner.inference.selection import best_apart

if TYPE_CHECKING:
    from sru_ner.inference.annotator import AnnotatedSpan

Words = list[tuple[int, int]]


def write(
    documents: Iterable[AnnotatedDocument], out: BinaryIO, context: WriteContext
) -> None:
    """Write the rows of each document below its marker."""
    for annotated in documents:
        document = annotated.document
        lines = [f"-DOCSTART- {plain_id(document.id, context.notice)}", ""]
        spans = _apart(annotated, context)
        written: set[int] = set()
        for words in _sentences(annotated):
            tags = _tags(words, spans, written)
            for (start, end), tag in zip(words, tags, strict=True):
                lines.append(f"{document.text[start:end]}\t{start}\t{end}\t{tag}")
            lines.append("")
        unfit = [span for number, span in enumerate(spans) if number not in written]
        note_left_out(unfit, "that are no whole words of one sentence", document.id, context.notice)
        if document.fields:
            context.notice(Note("documents written without their further fields", document.id))
        out.write("\n".join([*lines, ""]).encode())


def _apart(annotated: AnnotatedDocument, context: WriteContext) -> "list[AnnotatedSpan]":
    """Mentions that do not overlap; the others are noted."""
    spans = annotated.spans
    kept = set(best_apart([(span.start, span.end, span.score) for span in spans]))
    others = [span for number, span in enumerate(spans) if number not in kept]
    note_left_out(others, "that overlap better ones", annotated.document.id, context.notice)
    return [span for number, span in enumerate(spans) if number in kept]


def _sentences(annotated: AnnotatedDocument) -> Iterator[Words]:
    text = annotated.document.text
    for begin, stop in annotated.document.ranges():
        for start, end in split_sentences(text[begin:stop]):
            words = split_words(text[begin + start : begin + end], begin + start)
            if words:
                yield words


def _tags(words: Words, spans: "list[AnnotatedSpan]", written: set[int]) -> list[str]:
    """A tag for each word; the numbers of the spans that these say are added to `written`."""
    starts = {start: i for i, (start, _) in enumerate(words)}
    ends = {end: i for i, (_, end) in enumerate(words)}
    tags = ["O"] * len(words)
    for number, span in enumerate(spans):
        first, last = starts.get(span.start), ends.get(span.end)
        if first is not None and last is not None:
            tags[first : last + 1] = [f"B-{span.type}"] + [f"I-{span.type}"] * (last - first)
            written.add(number)
    return tags
