"""Sentences that a report quotes, each with the gold mentions and the predictions of all models.

Errors are drawn from strata (model, tested source, type, side and class), as many as fit into the
page. The draw is random, but the same in every run. All strata prefer the same sentences, so one
sentence shows the errors of many models.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from sru_ner.dataset.corpus import CorpusSplit

STRATUM = ["model", "tested", "type", "side", "error"]
PLACE = ["tested", "document_id", "sentence_id"]
PER_STRATUM = (24, 12, 8, 6, 4, 3, 2, 1)
"""Largest numbers of errors of a stratum, tried one after the other until the errors fit."""

BYTES = 1_200_000
"""Bytes that the sentences and their errors may take in a page."""
_ROW, _QUOTE, _MENTION, _SCORE = 50, 85, 18, 6  # bytes that each takes in JSON

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

_MENTION_KEYS = [*PLACE, "start", "end", "type"]


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


def choose_errors(
    errors: pa.Table, decisions: pa.Table, *, most_bytes: int = BYTES
) -> tuple[pd.DataFrame, int]:
    """Choose the errors that are shown, as many of each stratum as fit.

    `errors` is a table of `classes.ERRORS_SCHEMA` and `decisions` the table it was made from.
    Returns the chosen rows, sorted by stratum and place, and the largest number of a stratum.
    """
    rows = errors.to_pandas().dropna(subset=["sentence_id"])
    rows["order"] = _order(rows)
    rows = rows.sort_values([*STRATUM, "order", "start", "end"], kind="stable")
    rows["rank"] = rows.groupby(STRATUM).cumcount()
    weights = _weights(decisions)
    for most in PER_STRATUM:
        chosen = rows[rows["rank"] < most]
        places = chosen[[*PLACE, "order"]].drop_duplicates(PLACE).merge(weights, on=PLACE)
        if places["bytes"].sum() + _ROW * len(chosen) <= most_bytes:
            break
    else:
        # One error of each stratum is too much already: take as many sentences as fit.
        per_place = chosen.groupby(PLACE).size().mul(_ROW).rename("rows").reset_index()
        places = places.merge(per_place, on=PLACE).sort_values("order")
        fitting = places[(places["bytes"] + places["rows"]).cumsum() <= most_bytes]
        chosen = chosen.merge(fitting[PLACE], on=PLACE)
    return chosen.drop(columns=["order", "rank"]).reset_index(drop=True), most


def quote_sentences(
    places: pd.DataFrame, decisions: pa.Table, corpora: Iterable[CorpusSplit]
) -> tuple[Quote, ...]:
    """Quote the sentences at some places (columns `PLACE`), sorted, with all decisions about them.

    If a mention ends in a later sentence, the quote goes on to the mention's end. corpora: the
    tested splits. Raises what `CorpusSplit` raises.
    """
    wanted = places[PLACE].drop_duplicates().sort_values(PLACE, ignore_index=True)
    columns = [*_MENTION_KEYS, "gold", "in_inventory", "model", "predicted", "score"]
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


def _order(rows: pd.DataFrame) -> np.ndarray:
    """Return a hash of each row's sentence: a random order that is the same in every run."""
    places = rows[PLACE].astype({"sentence_id": int}).itertuples(index=False, name=None)
    return np.fromiter((zlib.crc32(repr(place).encode()) for place in places), np.int64, len(rows))


def _weights(decisions: pa.Table) -> pd.DataFrame:
    """Estimate the bytes of each sentence that has a decision."""
    frame = decisions.select([*_MENTION_KEYS, "predicted", "text"]).to_pandas()
    frame = frame.dropna(subset=["sentence_id"])
    frame["score_bytes"] = frame["predicted"] * _SCORE
    mentions = frame.groupby(_MENTION_KEYS, as_index=False)["score_bytes"].sum()
    mentions["bytes"] = mentions["score_bytes"] + _MENTION
    reach = frame.groupby(PLACE, as_index=False).agg(first=("start", "min"), last=("end", "max"))
    weights = mentions.groupby(PLACE, as_index=False)["bytes"].sum().merge(reach, on=PLACE)
    # The text outside the mentions is not known here: a sentence has about 150 letters.
    weights["bytes"] += _QUOTE + np.maximum(weights["last"] - weights["first"] + 60, 150)
    return weights[[*PLACE, "bytes"]]


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
