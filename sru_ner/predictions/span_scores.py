"""Read the scores of predicted spans from files; the readers of corpora do not read scores.

Assumptions: a span that is an object may have a `score` from 0 to 1, in JSON and JSON Lines (as
GLiNER and `sru-ner annotate` write them) and in the rows of Parquet files. For other formats,
tools do not agree on a place for scores.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sru_ner.corpora.archives import Part, read_parts
from sru_ner.corpora.detect import Format
from sru_ner.corpora.readers import READERS, json_file, jsonl
from sru_ner.corpora.readers.parquet_rows import has_rows, numbered_rows
from sru_ner.corpora.readers.record_options import RecordOptions
from sru_ner.corpora.readers.record_spans import read_spans

Span = tuple[str, int, int, int, str]
"""Key of a span: file within a folder or archive, line or row, start, end, the file's type."""


def read_scores(path: Path, format_: Format) -> dict[Span, float]:
    """Return the scores of a file, folder or archive that its reader has read without an error.

    A repeated span has the highest of its scores. The result is empty if any score is not from 0
    to 1, because the meaning of such scores is not known.
    """
    options = READERS[format_.reader].options.model_validate(format_.options)
    if not isinstance(options, RecordOptions):
        return {}
    scores: dict[Span, float] = {}
    for part in read_parts(path, options.members):
        for line, record in _records(part, options):
            for start, end, type_, score in _scored(record, line, options):
                if not _is_share(score):
                    return {}
                span = (part.name, line, start, end, type_)
                scores[span] = max(score, scores.get(span, 0.0))
    return scores


def _records(part: Part, options: RecordOptions) -> Iterator[tuple[int, Any]]:
    """Yield the line or row and the values of each record of a file."""
    if not isinstance(options, (jsonl.Options, json_file.Options)):
        if has_rows(part):
            yield from numbered_rows(part, options)
    elif b"score" not in part.content.replace(b"\0", b""):  # also in UTF-16
        return
    elif isinstance(options, jsonl.Options):
        yield from jsonl.numbered_records(part, options)
    else:
        yield from ((each.line, each.value) for each in json_file.elements(part, options))


def _scored(record: Any, line: int, options: RecordOptions) -> Iterator[tuple[int, int, str, Any]]:
    """Yield start, end, type and score of the spans of a record that have a score."""
    text = record.get(options.text) if isinstance(record, dict) else None
    if not isinstance(text, str):
        return
    spans = [span for value in record.values() if isinstance(value, list) for span in value]
    for span in spans:
        if not isinstance(span, dict) or span.get("score") is None:
            continue
        # The reader knows which fields of an object are its start, its end and its type.
        for mention in read_spans([span], text, line, options, []):
            yield mention.start, mention.end, mention.type, span["score"]


def _is_share(score: Any) -> bool:
    return isinstance(score, (int, float)) and not isinstance(score, bool) and 0 <= score <= 1
