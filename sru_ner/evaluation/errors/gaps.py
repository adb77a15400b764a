"""Annotation gaps: mentions that a tested source lacks because it never annotated their type.

A gap is a confident prediction of a type that is not annotated where it was predicted. The number
of gaps that are real mentions is estimated as

    estimate = gaps × precision

The precision is that of the same model, for the same type and the same threshold. It is measured
on the tested sources that annotate the type (`measured_on`), by exact matches added over all of
them. The interval is Wilson's (95 %) for that precision. The estimate assumes:

- The model is as precise here as there. On a source it has learned from, its precision is too
  high; another kind of text may be harder.
- A mention is what the annotators of `measured_on` consider one.
- Predictions are independent of each other, also those in one document.

The estimate counts only what this model finds with this confidence. The source lacks more than
that: mentions that the model does not find, or not with the same boundaries. Where a gap has the
span of a gold mention of another type (`marked_otherwise`), only the type is missing.
(`data_report/agreement.py` looks for gaps without a model, by strings of other sources.)
"""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import binomtest

from sru_ner.dataset.corpus import CorpusSplit
from sru_ner.evaluation.errors.strings import commonest_texts, with_strings
from sru_ner.evaluation.groups import join

THRESHOLD = 0.9
"""Lowest score of a confident prediction."""

GAPS_SCHEMA = pa.schema(
    [
        pa.field("model", pa.string(), nullable=False),
        pa.field("tested", pa.string(), nullable=False),
        pa.field("split", pa.string(), nullable=False),
        pa.field("document_id", pa.string(), nullable=False),
        pa.field("sentence_id", pa.int32()),
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("type", pa.string(), nullable=False),
        pa.field("score", pa.float32(), nullable=False),
        pa.field("marked_as", pa.string()),  # first type of a gold mention with its span, or null
    ]
)
"""Gaps, one a row. The table quotes the corpora, so it stays out of git."""

GAP_STRINGS_SCHEMA = pa.schema(
    [
        pa.field("model", pa.string(), nullable=False),
        pa.field("tested", pa.string(), nullable=False),
        pa.field("type", pa.string(), nullable=False),
        pa.field("string", pa.string(), nullable=False),  # normalised as in seen_strings.py
        pa.field("text", pa.string(), nullable=False),  # how it is written most often
        pa.field("gaps", pa.int64(), nullable=False),
        pa.field("documents", pa.int64(), nullable=False),  # that have any
    ]
)
"""Gaps by normalised string. The table quotes the corpora, so it stays out of git."""

SIZES_SCHEMA = pa.schema(
    [
        pa.field("tested", pa.string(), nullable=False),
        pa.field("split", pa.string(), nullable=False),
        pa.field("documents", pa.int64(), nullable=False),
        pa.field("words", pa.int64(), nullable=False),
    ]
)

GAP_ESTIMATES_SCHEMA = pa.schema(
    [
        pa.field("model", pa.string(), nullable=False),
        pa.field("tested", pa.string(), nullable=False),
        pa.field("split", pa.string(), nullable=False),
        pa.field("type", pa.string(), nullable=False),
        pa.field("gaps", pa.int64(), nullable=False),
        pa.field("marked_otherwise", pa.int64(), nullable=False),  # of them, with a gold span
        pa.field("documents", pa.int64(), nullable=False),  # that have any
        pa.field("per_document", pa.float64()),  # gaps, over all documents
        pa.field("per_1000_words", pa.float64()),
        pa.field("measured_on", pa.string(), nullable=False),  # sources, joined by a comma
        pa.field("measured", pa.int64(), nullable=False),  # predictions that precision is of
        pa.field("precision", pa.float64()),  # 0 to 1; null where it cannot be measured
        pa.field("precision_low", pa.float64()),
        pa.field("precision_high", pa.float64()),
        pa.field("estimate", pa.float64()),  # mentions
        pa.field("estimate_low", pa.float64()),
        pa.field("estimate_high", pa.float64()),
    ]
)
"""Estimates by type; the table has no corpus text."""

_PLACE = ["model", "tested", "split", "document_id", "start", "end"]
_KEYS = ["model", "tested", "split", "type"]


def find_gaps(decisions: pa.Table, *, threshold: float = THRESHOLD) -> pa.Table:
    """Find the gaps in a table of `decisions.table.SCHEMA`.

    Returns a table of `GAPS_SCHEMA`, sorted like decisions. `groups.draw` chooses a few of each
    kind for people to look at.
    """
    found = _confident(decisions, threshold).filter(~pc.field("in_inventory"))
    found = found.select([name for name in GAPS_SCHEMA.names if name != "marked_as"])
    gold = decisions.filter(pc.field("gold")).group_by(_PLACE).aggregate([("type", "min")])
    marked = join(found, gold.rename_columns({"type_min": "marked_as"}), _PLACE)
    return (
        marked.select(GAPS_SCHEMA.names)
        .cast(GAPS_SCHEMA)
        .sort_by(
            [(key, "ascending") for key in _PLACE[:-1]]
            + [("end", "descending"), ("type", "ascending")]
        )
    )


def gap_strings(gaps: pa.Table) -> pa.Table:
    """Count gaps by model, tested source, type and normalised string, the most frequent first.

    `gaps` is a table of `GAPS_SCHEMA`. Returns a table of `GAP_STRINGS_SCHEMA`.
    """
    keys = ["model", "tested", "type", "string"]
    named = with_strings(gaps)
    counted = named.group_by(keys).aggregate([([], "count_all"), ("document_id", "count_distinct")])
    counted = counted.rename_columns(
        {"count_all": "gaps", "document_id_count_distinct": "documents"}
    )
    table = join(counted, commonest_texts(named, keys), keys).select(GAP_STRINGS_SCHEMA.names)
    return table.cast(GAP_STRINGS_SCHEMA).sort_by(
        [(key, "ascending") for key in keys[:-1]]
        + [("gaps", "descending"), ("string", "ascending")]
    )


def corpus_sizes(tested: Iterable[CorpusSplit]) -> pa.Table:
    """Count documents and words of tested splits, a table of `SIZES_SCHEMA`.

    Raises what `CorpusSplit` raises.
    """
    rows = [
        {
            "tested": split.corpus.name,
            "split": split.name,
            "documents": split.table("documents").num_rows,
            "words": pc.sum(pc.list_value_length(split.table("sentences")["words"])).as_py() or 0,
        }
        for split in sorted(tested, key=lambda split: split.corpus.name)
    ]
    return pa.Table.from_pylist(rows, schema=SIZES_SCHEMA)


def estimate_gaps(
    decisions: pa.Table, sizes: pa.Table, *, threshold: float = THRESHOLD
) -> pa.Table:
    """Estimate how many mentions of each type each tested source lacks.

    decisions: a table of `decisions.table.SCHEMA`, about sources that annotate a type as well as
    sources that do not. sizes: a table of `SIZES_SCHEMA`; rates are null where it has no row.
    Returns a table of `GAP_ESTIMATES_SCHEMA`, sorted by its keys, without types that have no gaps.
    """
    gaps = find_gaps(decisions, threshold=threshold)
    counted = gaps.group_by(_KEYS).aggregate(
        [([], "count_all"), ("marked_as", "count"), ("document_id", "count_distinct")]
    )
    counted = counted.rename_columns(
        {
            "count_all": "gaps",
            "marked_as_count": "marked_otherwise",
            "document_id_count_distinct": "documents",
        }
    )
    named = sizes.rename_columns({"documents": "all_documents"})
    table = join(
        join(counted, named, ["tested", "split"]),
        _precision(decisions, threshold),
        ["model", "type"],
    )
    number = table["gaps"].cast(pa.float64())
    columns = {
        "per_document": pc.divide(number, _positive(table["all_documents"])),
        "per_1000_words": pc.divide(pc.multiply(number, 1000.0), _positive(table["words"])),
        "measured_on": pc.fill_null(table["measured_on"], ""),
        "measured": pc.fill_null(table["measured"], 0),
        "estimate": pc.multiply(number, table["precision"]),
        "estimate_low": pc.multiply(number, table["precision_low"]),
        "estimate_high": pc.multiply(number, table["precision_high"]),
    }
    kept = {name: table[name] for name in GAP_ESTIMATES_SCHEMA.names if name not in columns}
    found = pa.table({name: (columns | kept)[name] for name in GAP_ESTIMATES_SCHEMA.names})
    return found.cast(GAP_ESTIMATES_SCHEMA).sort_by([(key, "ascending") for key in _KEYS])


def _confident(decisions: pa.Table, threshold: float) -> pa.Table:
    # Scores are float32. The threshold must be, too, or a score of 0.9 would not reach it.
    return decisions.filter(pc.field("score") >= pa.scalar(threshold, pa.float32()))


def _precision(decisions: pa.Table, threshold: float) -> pa.Table:
    """Measure the precision of confident predictions, by model and type, where it is annotated."""
    judged = _confident(decisions, threshold).filter(pc.field("in_inventory"))
    right = judged["gold"].cast(pa.int64())
    by_source = (
        judged.select(["model", "type", "tested"])
        .append_column("right", right)
        .group_by(["model", "type", "tested"])
        .aggregate([([], "count_all"), ("right", "sum")])
        .sort_by("tested")
    )
    rows: dict[tuple[str, str], list[dict]] = {}
    for row in by_source.to_pylist():
        rows.setdefault((row["model"], row["type"]), []).append(row)
    measured = []
    for (model, type_), parts in rows.items():
        hits, number = sum(p["right_sum"] for p in parts), sum(p["count_all"] for p in parts)
        interval = binomtest(hits, number).proportion_ci(method="wilson")
        measured.append(
            {
                "model": model,
                "type": type_,
                "measured_on": ", ".join(part["tested"] for part in parts),
                "measured": number,
                "precision": hits / number,
                "precision_low": float(interval.low),
                "precision_high": float(interval.high),
            }
        )
    names = ["model", "type", *GAP_ESTIMATES_SCHEMA.names[9:14]]
    schema = pa.schema([GAP_ESTIMATES_SCHEMA.field(name) for name in names])
    return pa.Table.from_pylist(measured, schema=schema)


def _positive(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as floats, null where the value is not positive and cannot be a divisor."""
    return pc.if_else(pc.greater(column, 0), column, None).cast(pa.float64())
