"""Final figures of a training run, as `metrics.json` holds them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from sru_ner.settings.sections import ExperimentSettings
from sru_ner.training.tokenized import TokenizedSource


def training_figures(
    curves: pd.DataFrame,
    settings: ExperimentSettings,
    tokenized: Mapping[str, TokenizedSource],
    *,
    excluded_documents: int,
) -> dict[str, Any]:
    """Return the dev scores of the best epoch in per cent, and sizes of the run.

    curves: from `curve_table`. tokenized: source → its training sequences. If the model is trained
    on dev, there are no scores, and the last epoch counts as the best.
    """
    sequences = sum(len(content) for content in tokenized.values())
    scores = curves["dev_micro_f1"]
    best = curves.iloc[-1 if settings.train_with_dev else int(scores.argmax())].dropna()
    return {
        **{str(k): float(v) for k, v in best.items() if str(k).startswith("dev_")},
        "best_epoch": int(best["epoch"]),
        "epochs": len(curves),
        "steps": int(curves["step"].iloc[-1]),
        "sequences": sequences,
        "kept": _by_source({source: each.kept for source, each in tokenized.items()}),
        "skipped": _by_source({source: each.skipped for source, each in tokenized.items()}),
        "excluded_documents": excluded_documents,
    }


def training_times(
    curves: pd.DataFrame, settings: ExperimentSettings, tokenized: Mapping[str, TokenizedSource]
) -> dict[str, float]:
    """Return the seconds of the run without loading, and how many sequences it read in one.

    Parameters as in `training_figures`. They differ in each run, so no table of a report has them.
    """
    seconds = float(curves["seconds"].sum())
    sequences = sum(len(content) for content in tokenized.values())
    in_epoch = settings.epoch_sequences or sequences / len(settings.sources)
    return {
        "seconds": round(seconds, 1),
        "sequences_per_second": round(in_epoch * len(curves) / seconds, 2),
    }


def _by_source(counts: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    return {f"{source}.{name}": n for source, own in counts.items() for name, n in own.items()}
