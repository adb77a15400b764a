"""Read the scores of predicted spans from files; the readers of corpora do not read scores.

Assumptions: a span that is an object may have a `score` from 0 to 1, in JSON Lines (as GLiNER and
`sru-ner annotate` write them) and in the rows of Parquet files with `text` and `spans`. For other
formats, tools do not agree on a place for scores.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sru_ner.corpora.archives import Part, read_parts
from sru_ner.corpora.detect import Format
from sru_ner.corpora.readers import READERS, jsonl
from sru_ner.corpora.readers.lines import numbered_lines
from sru_ner.corpora.readers.raw import MalformedError, PartOptions

Span = tuple[str, int, int, int, str]
"""Key of a span: file within a folder or archive, line or row, start, end, the file's type."""


def read_scores(path: Path, format_: Format) -> dict[Span, float]:
    """Return the scores of a file, folder or archive that its reader has read without an error.

    A repeated span has the highest of its scores. The result is empty if any score is not from 0
    to 1, because the meaning of such scores is not known.
    """
    if format_.reader not in ("jsonl", "parquet"):
        return {}
    options = READERS[format_.reader].options.model_validate(format_.options)
    assert isinstance(options, PartOptions)
    fields = options if isinstance(options, jsonl.Options) else jsonl.Options()
    records = _lines if format_.reader == "jsonl" else _rows
    scores: dict[Span, float] = {}
    for part in read_parts(path, options.members):
        for line, record in records(part):
            for start, end, type_, score in _scored(record, line, fields):
                if not _is_share(score):
                    return {}
                span = (part.name, line, start, end, type_)
                scores[span] = max(score, scores.get(span, 0.0))
    return scores


def _lines(part: Part) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if b'"score"' not in part.content:
        return
    for number, line in numbered_lines(part):
        if '"score"' in line:
            try:
                yield number, jsonl.read_record(line)
            except MalformedError:
                continue


def _rows(part: Part) -> Iterator[tuple[int, Mapping[str, Any]]]:
    with pq.ParquetFile(pa.BufferReader(part.content)) as file:
        if not {"text", "spans"} <= set(file.schema_arrow.names):
            return
        batches = file.iter_batches(columns=["text", "spans"])
        yield from enumerate((row for batch in batches for row in batch.to_pylist()), start=1)


def _scored(
    record: Mapping[str, Any], line: int, options: jsonl.Options
) -> Iterator[tuple[int, int, str, Any]]:
    """Yield start, end, type and score of the spans of a record that have a score."""
    text = record.get(options.text)
    if not isinstance(text, str):
        return
    spans = [span for value in record.values() if isinstance(value, list) for span in value]
    for span in spans:
        if not isinstance(span, dict) or span.get("score") is None:
            continue
        # The reader knows which fields of an object are its start, its end and its type.
        alone = jsonl.read_document(line, {options.text: text, "spans": [span]}, "", options, [])
        for mention in alone.mentions:
            yield mention.start, mention.end, mention.type, span["score"]


def _is_share(score: Any) -> bool:
    return isinstance(score, (int, float)) and not isinstance(score, bool) and 0 <= score <= 1
