"""Strings that a model has seen annotated, in what it learned from.

Sources write the same string differently: some are known only as words with spaces between, some
capitalise. A normalised string is in lower case and decomposed form (NFKD), with one space
between words and none beside a character that is neither letter nor digit: `IL - 2` is `il-2`.
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
    """Strings in the one form in which they are compared, by this module's rule."""
    plain = pc.utf8_lower(pc.utf8_normalize(texts, form="NFKD"))
    joined = pc.replace_substring_regex(plain, r"\s*([^\pL\pM\pN\s])\s*", r"\1")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(joined, r"\s+", " "))


def seen_strings(learned: Mapping[str, Iterable[CorpusSplit]]) -> pa.Table:
    """The strings that each model has seen annotated: a table of `SEEN_SCHEMA`, sorted.

    learned: model → the splits it learned from, less the documents that it did not learn from.
    Errors as in `CorpusSplit`.
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
