"""Sentences that a report quotes, each with the gold mentions and the predictions of all models."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from sru_ner.dataset.corpus import CorpusSplit

STRATUM = ["model", "tested", "type", "side", "error"]
PLACE = ["tested", "document_id", "sentence_id"]
MENTION_KEYS = [*PLACE, "start", "end", "type"]

EXAMPLES_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in STRATUM),
        ("quote", pa.int32()),  # number of the sentence
        ("start", pa.int32()),  # offsets into the quote
        ("end", pa.int32()),
        ("other_start", pa.int32()),  # its partner, as in `ERRORS_SCHEMA`; null if it has none
        ("other_end", pa.int32()),
        ("other_type", pa.string()),
        ("score", pa.float32()),  # null if not predicted, or if the tool gives none
    ]
)
"""Errors with offsets into quotes. They are shown in the page and stay out of git."""

GAP_EXAMPLES_SCHEMA = pa.schema(
    [
        ("model", pa.string()),
        ("tested", pa.string()),
        ("type", pa.string()),
        ("quote", pa.int32()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("score", pa.float32()),
    ]
)
"""Predictions of types that the corpus never annotated, with offsets into quotes."""

QUOTES_SCHEMA = pa.schema(
    [
        ("quote", pa.int32()),
        ("tested", pa.string()),
        ("document_id", pa.string()),
        ("sentence_id", pa.int32()),
        ("quote_start", pa.int32()),  # offset of the text in its document
        ("text", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention that is gold, predicted by some models, or both."""

    start: int
    """Offset into the text of the quote, in code points."""
    end: int
    """Offset of its end, exclusive."""
    type: str
    gold: bool
    in_inventory: bool
    scores: Mapping[str, float | None]
    """Scores by the models that predicted it; None for a tool that gives no scores."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quoted sentence and its mentions."""

    tested: str
    document_id: str
    sentence_id: int
    start: int
    """Offset of `text` in its document, in code points."""
    text: str
    mentions: tuple[Mention, ...]


def quote_sentences(
    places: pd.DataFrame, decisions: pa.Table, corpora: Iterable[CorpusSplit]
) -> tuple[Quote, ...]:
    """Quote the sentences at some places (columns `PLACE`), sorted, with all decisions about them.

    If a mention ends in a later sentence, the quote goes on to the mention's end. corpora: the
    tested splits. Raises what `CorpusSplit` raises.
    """
    wanted = places[PLACE].drop_duplicates().sort_values(PLACE, ignore_index=True)
    columns = [*MENTION_KEYS, "gold", "in_inventory", "model", "predicted", "score"]
    found = decisions.select(columns).to_pandas().merge(wanted, on=PLACE)
    mentions: dict[Any, pd.DataFrame] = dict(iter(found.groupby(PLACE, sort=False)))
    quotes: list[Quote] = []
    by_name = {split.corpus.name: split for split in corpora}
    for tested, own in wanted.groupby("tested"):
        texts, bounds = _sentences(by_name[str(tested)], own)
        for document, sentence in zip(own["document_id"], own["sentence_id"], strict=True):
            start, end = bounds[document, sentence]
            rows = mentions.get((tested, document, sentence), found.iloc[:0])
            end = max([end, *rows["end"].tolist()])
            marked = _mentions(rows.to_dict("records"), start)
            text = texts[document][start:end]
            quotes.append(Quote(str(tested), document, int(sentence), start, text, marked))
    return tuple(quotes)


def _sentences(
    split: CorpusSplit, places: pd.DataFrame
) -> tuple[dict[str, str], dict[tuple[str, int], tuple[int, int]]]:
    """Return the texts of the documents, and the start and end of their sentences."""
    ids = places[["document_id"]].drop_duplicates()
    documents = split.table("documents").select(["document_id", "text"])
    texts = documents.to_pandas().merge(ids, on="document_id")
    columns = ["document_id", "sentence_id", "start", "end"]
    sentences = split.table("sentences").select(columns).to_pandas()
    sentences = sentences.merge(ids, on="document_id")
    bounds = {(row[0], row[1]): (row[2], row[3]) for row in sentences.itertuples(index=False)}
    return dict(zip(texts["document_id"], texts["text"], strict=True)), bounds


def _mentions(rows: Iterable[Mapping[Any, Any]], offset: int) -> tuple[Mention, ...]:
    found: dict[tuple[int, int, str], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda r: (r["start"], -r["end"], r["type"], r["model"])):
        mention = found.setdefault(
            (row["start"], row["end"], row["type"]),
            {"gold": bool(row["gold"]), "in_inventory": bool(row["in_inventory"]), "scores": {}},
        )
        if row["predicted"]:
            score = None if pd.isna(row["score"]) else float(row["score"])
            mention["scores"][row["model"]] = score
    return tuple(
        Mention(start - offset, end - offset, type_, **mention)
        for (start, end, type_), mention in found.items()
    )


def in_quotes(rows: pd.DataFrame, quotes: Sequence[Quote], schema: pa.Schema) -> pa.Table:
    """Rows about mentions, with the number of the quote they are in and offsets into its text.

    `rows` has the columns `PLACE`, `start` and `end` of the document, and the others of `schema`,
    which has `quote`; `other_start` and `other_end` are a partner's, null if there is none.
    """
    numbers = {(q.tested, q.document_id, q.sentence_id): i for i, q in enumerate(quotes)}
    places = rows[PLACE].astype({"sentence_id": int}).itertuples(index=False, name=None)
    found = pd.Series([numbers[place] for place in places], rows.index, dtype=int)
    first = found.map(lambda number: quotes[number].start)
    offsets = [name for name in ("start", "end", "other_start", "other_end") if name in rows]
    moved = {name: rows[name].astype("Int64") - first for name in offsets}
    table = rows.assign(quote=found, **moved)
    return pa.Table.from_pandas(table[schema.names], schema=schema, preserve_index=False)


def as_table(quotes: Sequence[Quote]) -> pa.Table:
    """Return the sentences without their mentions, a table of `QUOTES_SCHEMA`."""
    rows = [
        {
            "quote": number,
            "tested": quote.tested,
            "document_id": quote.document_id,
            "sentence_id": quote.sentence_id,
            "quote_start": quote.start,
            "text": quote.text,
        }
        for number, quote in enumerate(quotes)
    ]
    return pa.Table.from_pylist(rows, schema=QUOTES_SCHEMA)
