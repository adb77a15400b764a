"""Chooses the errors that the page of a report shows, as many as fit into it.

Errors are drawn from strata (model, tested source, type, side and class). The draw is random, but
the same in every run. All strata prefer the same sentences, so one sentence shows the errors of
many models.
"""

import zlib

import numpy as np
import pandas as pd
import pyarrow as pa

from sru_ner.evaluation_report.quotes import MENTION_KEYS, PLACE, STRATUM

PER_STRATUM = (24, 12, 8, 6, 4, 3, 2, 1)
"""Largest numbers of errors of a stratum, tried one after the other until the errors fit."""

BYTES = 1_200_000
"""Bytes that the sentences and their errors may take in a page."""
_ROW, _QUOTE, _MENTION, _SCORE = 50, 85, 18, 6  # bytes that each takes in JSON


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


def _order(rows: pd.DataFrame) -> np.ndarray:
    """Return a hash of each row's sentence: a random order that is the same in every run."""
    places = rows[PLACE].astype({"sentence_id": int}).itertuples(index=False, name=None)
    return np.fromiter((zlib.crc32(repr(place).encode()) for place in places), np.int64, len(rows))


def _weights(decisions: pa.Table) -> pd.DataFrame:
    """Estimate the bytes of each sentence that has a decision."""
    frame = decisions.select([*MENTION_KEYS, "predicted", "text"]).to_pandas()
    frame = frame.dropna(subset=["sentence_id"])
    frame["score_bytes"] = frame["predicted"] * _SCORE
    mentions = frame.groupby(MENTION_KEYS, as_index=False)["score_bytes"].sum()
    mentions["bytes"] = mentions["score_bytes"] + _MENTION
    reach = frame.groupby(PLACE, as_index=False).agg(first=("start", "min"), last=("end", "max"))
    weights = mentions.groupby(PLACE, as_index=False)["bytes"].sum().merge(reach, on=PLACE)
    # The text outside the mentions is not known here: a sentence has about 150 letters.
    weights["bytes"] += _QUOTE + np.maximum(weights["last"] - weights["first"] + 60, 150)
    return weights[[*PLACE, "bytes"]]
