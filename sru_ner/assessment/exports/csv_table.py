"""The sample as CSV: one row per drawn mention, with empty columns for a judge to fill."""

import csv
import io
from collections.abc import Iterable

from sru_ner.assessment.sample import SentenceInQuestion

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
"""`start` and `end` count code points of the document, `sentence_start` and `sentence_end` of the
sentence: `text == sentence[sentence_start:sentence_end]`."""


def to_csv(sentences: Iterable[SentenceInQuestion]) -> str:
    """UTF-8 text with `\\n` line ends; only the header if nothing was drawn."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n", restval="")
    writer.writeheader()
    for item in sentences:
        for mention in item.sampled:
            writer.writerow(
                {
                    "id": mention.id,
                    "tested": mention.tested,
                    "document_id": mention.document_id,
                    "sentence_id": mention.sentence_id,
                    "sentence": item.sentence.text,
                    "start": mention.start,
                    "end": mention.end,
                    "sentence_start": mention.start - item.sentence.start,
                    "sentence_end": mention.end - item.sentence.start,
                    "text": mention.text,
                    "type": mention.type,
                    "score": f"{mention.score:.4f}",
                    "stratum": mention.stratum.name,
                    "stratum_size": mention.stratum.size,
                }
            )
    return buffer.getvalue()
