"""The sample as CSV: a row for each drawn mention, with empty columns for the judgement."""

from collections.abc import Iterable

from sru_ner.assessment.sample import SampledSentence
from sru_ner.rendering.csv_text import csv_text

COLUMNS = (
    "id",
    "tested",
    "document_id",
    "sentence_id",
    "sentence",
    "start",
    "end",
    "sentence_start",
    "sentence_end",
    "text",
    "type",
    "score",
    "stratum",
    "stratum_size",
    "judgement",
    "comment",
)
"""Columns of the CSV file. `start` and `end` are offsets in the document, `sentence_start` and
`sentence_end` in the sentence, in code points: `text == sentence[sentence_start:sentence_end]`. A
text that begins like a formula has an apostrophe in front that is not part of it."""


def to_csv(sentences: Iterable[SampledSentence]) -> str:
    """Return the CSV text; it has only the header if nothing was drawn."""
    rows = [
        (
            mention.id,
            mention.tested,
            mention.document_id,
            mention.sentence_id,
            item.sentence.text,
            mention.start,
            mention.end,
            mention.start - item.sentence.start,
            mention.end - item.sentence.start,
            mention.text,
            mention.type,
            f"{mention.score:.4f}",
            mention.stratum.name,
            mention.stratum.size,
            "",
            "",
        )
        for item in sentences
        for mention in item.sampled
    ]
    return csv_text(COLUMNS, rows)
