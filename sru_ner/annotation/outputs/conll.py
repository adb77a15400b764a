"""Writes CoNLL columns: word, start, end and IOB2 tag, with a blank line after each sentence.

    -DOCSTART- 22104738
    IL-2<TAB>0<TAB>4<TAB>B-Gene

Words and sentences are those that the model read. Offsets are code points in the document. A word
has one tag: of mentions that overlap, the choice with the highest sum of scores is written and the
others are reported. The format does not hold the text between words, nor further fields.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO

from sru_ner.annotation.documents import AnnotatedDocument
from sru_ner.annotation.outputs.context import (
    WriteContext,
    add_left_out,
    further_fields_lost,
    plain_id,
)
from sru_ner.corpora.incidents import OnIncident
from sru_ner.inference.spans import flatten
from sru_ner.text.sentences import split_sentences
from sru_ner.text.words import split_words

if TYPE_CHECKING:
    from sru_ner.inference.spans import AnnotatedSpan

Words = list[tuple[int, int]]
"""Code point offsets (start, end) of the words of a sentence."""
Places = dict[int, tuple[int, int]]
"""Offset of a word's start, or of its end → number of its sentence and of the word in it."""


def write(documents: Iterable[AnnotatedDocument], out: BinaryIO, context: WriteContext) -> None:
    """Write a marker and the rows of each document."""
    for annotated in documents:
        document = annotated.document
        sentences = list(_sentences(annotated))
        first = {
            word[0]: (n, i) for n, words in enumerate(sentences) for i, word in enumerate(words)
        }
        last = {
            word[1]: (n, i) for n, words in enumerate(sentences) for i, word in enumerate(words)
        }
        tags = [["O"] * len(words) for words in sentences]
        for span in _expressible(annotated, first, last, context.on_incident):
            (number, begin), (_, end) = first[span.start], last[span.end]
            tags[number][begin : end + 1] = [
                f"B-{span.type}",
                *[f"I-{span.type}"] * (end - begin),
            ]
        lines = [f"-DOCSTART- {plain_id(document.id, context.on_incident)}", ""]
        for words, row in zip(sentences, tags, strict=True):
            for (start, end), tag in zip(words, row, strict=True):
                lines.append(f"{document.text[start:end]}\t{start}\t{end}\t{tag}")
            lines.append("")
        if document.fields:
            context.on_incident(further_fields_lost(document.id))
        out.write("\n".join([*lines, ""]).encode())


def _sentences(annotated: AnnotatedDocument) -> Iterator[Words]:
    text = annotated.document.text
    for begin, stop in annotated.document.ranges():
        for start, end in split_sentences(text[begin:stop]):
            words = split_words(text[begin + start : begin + end], begin + start)
            if words:
                yield words


def _expressible(
    annotated: AnnotatedDocument, first: Places, last: Places, on_incident: OnIncident
) -> "list[AnnotatedSpan]":
    """Return the mentions that one tag for each word can express; report the others."""
    name = annotated.document.id
    fit = [s for s in annotated.spans if first.get(s.start, (-1,))[0] == last.get(s.end, (-2,))[0]]
    unfit = [span for span in annotated.spans if span not in fit]
    add_left_out(unfit, "not made of whole words of one sentence", name, on_incident)
    kept = flatten(fit)
    others = [span for span in fit if span not in kept]
    add_left_out(others, "overlapping better ones", name, on_incident)
    return kept
