"""Makes the rows of the Parquet tables from documents."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any

import pyarrow as pa

from sru_ner.dataset.schema import INVENTORIES, SCHEMAS, SENTENCES, text_digest
from sru_ner.harmonize.convert import Document


def split_tables(
    source: str, split: str, documents: Sequence[tuple[str, Document]]
) -> dict[str, pa.Table]:
    """Return the tables `documents`, `sentences` and `spans` of one split.

    `documents` are pairs of file name and document, in the order of the rows.
    """
    head = {"source": source, "split": split}
    return {
        "documents": _table("documents", head, (_document_row(f, d) for f, d in documents)),
        "sentences": _sentences_table(head, [document for _, document in documents]),
        "spans": _table("spans", head, (row for _, d in documents for row in _span_rows(d))),
    }


def inventory_table(rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Return the `inventories` table of one source."""
    return pa.Table.from_pylist(list(rows), schema=INVENTORIES)


def _table(name: str, head: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist([{**head, **row} for row in rows], schema=SCHEMAS[name])


def _document_row(file: str, document: Document) -> dict[str, Any]:
    return {
        "document_id": document.id,
        "text": document.text,
        "origin": f"{file}:{document.line}",
        "sha256": text_digest(document.text),
        "annotated_types": document.annotated_types,
        "judged": [place._asdict() for place in document.judged] or None,
    }


def _sentences_table(head: Mapping[str, str], documents: Sequence[Document]) -> pa.Table:
    # By columns, because a dictionary for each word would take most of the time of a run.
    placed = [(d.id, i, s) for d in documents for i, s in enumerate(d.sentences)]
    words = [word for _, _, sentence in placed for word in sentence.words]
    offsets = accumulate((len(sentence.words) for _, _, sentence in placed), initial=0)
    list_type = SENTENCES.field("words").type
    pairs = pa.StructArray.from_arrays(
        [
            pa.array([start for start, _ in words], pa.int32()),
            pa.array([end for _, end in words], pa.int32()),
        ],
        fields=list(list_type.value_type),
    )
    columns = {
        **{name: [value] * len(placed) for name, value in head.items()},
        "document_id": [document_id for document_id, _, _ in placed],
        "sentence_id": [sentence_id for _, sentence_id, _ in placed],
        "start": [sentence.start for _, _, sentence in placed],
        "end": [sentence.end for _, _, sentence in placed],
        "words": pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pairs, type=list_type),
    }
    return pa.Table.from_pydict(columns, schema=SENTENCES)


def _span_rows(document: Document) -> Iterable[dict[str, Any]]:
    for span_id, span in enumerate(document.spans):
        yield {
            "document_id": document.id,
            "sentence_id": span.sentence_id,
            "span_id": span_id,
            "start": span.start,
            "end": span.end,
            "text": document.text[span.start : span.end],
            "type": span.type,
            "source_type": span.source_type,
            "depth": span.depth,
            "crosses_sentence": span.crosses_sentence,
            "fits_words": span.fits_words,
        }
