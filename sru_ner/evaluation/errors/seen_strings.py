"""Strings that are annotated in the documents that a model learned from.

Sources write the same string differently: some separate all words with spaces, some capitalise. A
normalised string is in lower case and in decomposed form (NFKD). It has one space between words,
and none next to a character that is neither letter nor digit: `IL - 2` is `il-2`.
"""

from collections.abc import Iterable, Mapping

import pyarrow as pa
import pyarrow.compute as pc

from sru_ner.dataset.corpus import CorpusSplit

SEEN_SCHEMA = pa.schema(
    [
        pa.field("model", pa.string(), nullable=False),
        pa.field("string", pa.string(), nullable=False),  # normalised
        pa.field("type", pa.string(), nullable=False),
        pa.field("mentions", pa.int64(), nullable=False),  # in all of the model's sources
    ]
)


def normalised(texts: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """Normalise strings by this module's rule, so that they can be compared."""
    plain = pc.utf8_lower(pc.utf8_normalize(texts, form="NFKD"))
    joined = pc.replace_substring_regex(plain, r"\s*([^\pL\pM\pN\s])\s*", r"\1")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(joined, r"\s+", " "))


def seen_strings(learned: Mapping[str, Iterable[CorpusSplit]]) -> pa.Table:
    """Collect the annotated strings that each model learned from: a sorted table of `SEEN_SCHEMA`.

    learned: model → the splits it learned from, without their excluded documents. Raises what
    `CorpusSplit` raises.
    """
    tables = [SEEN_SCHEMA.empty_table()]
    for model, splits in learned.items():
        for split in splits:
            spans = split.table("spans")
            columns = {
                "model": pa.repeat(model, spans.num_rows),
                "string": normalised(spans["text"]),
                "type": spans["type"],
                "mentions": pa.repeat(1, spans.num_rows),
            }
            tables.append(pa.table(columns).cast(SEEN_SCHEMA))
    keys = ["model", "string", "type"]
    added = pa.concat_tables(tables).group_by(keys).aggregate([("mentions", "sum")])
    named = added.rename_columns({"mentions_sum": "mentions"}).select(SEEN_SCHEMA.names)
    return named.cast(SEEN_SCHEMA).sort_by([(key, "ascending") for key in keys])
