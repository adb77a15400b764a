"""The course of a training run as a table, a picture and its final figures."""

from pathlib import Path
from typing import Any

import pandas as pd

from sru_ner.files import atomic_path, write_text
from sru_ner.training.trainer import DEV_METRIC


def curve_table(history: list[dict[str, Any]]) -> pd.DataFrame:
    """One row per epoch from the Trainer's log.

    Columns: epoch, step, train_loss (mean over the epoch), learning_rate and
    encoder_learning_rate at its end, dev_micro_f1 and dev_micro_f1.<source> in per cent, seconds.
    """
    rows: list[dict[str, Any]] = []
    losses: list[float] = []
    rates: dict[str, float] = {}
    for entry in history:
        if "loss" in entry:
            losses.append(entry["loss"])
            rates = {key: entry[key] for key in entry if key.endswith("learning_rate")}
        elif DEV_METRIC in entry:
            scores = {
                key.replace("eval_", "dev_"): value
                for key, value in entry.items()
                if key.startswith(DEV_METRIC)
            }
            rows.append(
                {
                    "epoch": round(entry["epoch"]),
                    "step": entry["step"],
                    "train_loss": sum(losses) / len(losses) if losses else float("nan"),
                    **rates,
                    **scores,
                    "seconds": entry.get("epoch_seconds", float("nan")),
                }
            )
            losses = []
    return pd.DataFrame(rows)


def write_curves(table: pd.DataFrame, folder: Path, title: str) -> None:
    """Write `curves.csv` and `curves.png` (loss and dev F1 against epochs)."""
    write_text(folder / "curves.csv", table.to_csv(index=False, float_format="%.6g"))
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(8, 3.2), layout="constrained")
    FigureCanvasAgg(figure)
    loss, score = figure.subplots(1, 2)
    loss.plot(table["epoch"], table["train_loss"], marker="o", color="#444444")
    loss.set(xlabel="epoch", ylabel="training loss", yscale="log", title=title)
    parts = [name for name in map(str, table) if name.startswith("dev_micro_f1.")]
    for name in parts:
        source = name.removeprefix("dev_micro_f1.")
        score.plot(table["epoch"], table[name], marker="o", label=source)
    if len(parts) > 1:
        score.plot(table["epoch"], table["dev_micro_f1"], "k--", label="mean")
    score.set(xlabel="epoch", ylabel="dev micro F1", title="exact mentions, own types")
    score.legend(fontsize="small")
    for axes in (loss, score):
        axes.grid(alpha=0.3)
        axes.xaxis.get_major_locator().set_params(integer=True)
    with atomic_path(folder / "curves.png") as fresh:
        figure.savefig(fresh, dpi=120)
