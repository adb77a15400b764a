"""Training curves: a table and a picture of loss and dev scores by epoch."""

from pathlib import Path
from typing import Any

import pandas as pd

from sru_ner.files import write_text
from sru_ner.rendering.figure import new_figure, save_png
from sru_ner.training.dev_scores import DEV_MENTIONS, DEV_METRIC


def curve_table(history: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row per epoch, from the Trainer's log.

    Columns: epoch, step, train_loss (mean over the epoch), learning_rate (of everything but the
    encoder, at the end of the epoch), dev_micro_f1 and dev_micro_f1.<source> (both in per cent),
    seconds. If the model is trained on dev, dev_micro_f1 is empty and there are no columns by
    source.
    """
    rows: list[dict[str, Any]] = []
    loss, steps, step = 0.0, 0, 0
    rate = float("nan")
    for entry in history:
        if "loss" in entry:
            # An entry has the mean loss over the steps since the previous entry.
            loss += entry["loss"] * (entry["step"] - step)
            steps += entry["step"] - step
            step, rate = entry["step"], entry["learning_rate"]
        elif DEV_MENTIONS in entry:
            scores = {
                key.replace("eval_", "dev_"): value
                for key, value in entry.items()
                if key.startswith(DEV_METRIC)
            }
            rows.append(
                {
                    "epoch": round(entry["epoch"]),
                    "step": entry["step"],
                    "train_loss": loss / steps if steps else float("nan"),
                    "learning_rate": rate,
                    "dev_micro_f1": float("nan"),
                    **scores,
                    "seconds": entry.get("epoch_seconds", float("nan")),
                }
            )
            loss, steps = 0.0, 0
    return pd.DataFrame(rows)


def write_curves(table: pd.DataFrame, folder: Path, title: str) -> None:
    """Write `curves.csv` and `curves.png`: the loss, and dev F1 where dev is not trained on."""
    write_text(folder / "curves.csv", table.to_csv(index=False, float_format="%.6g"))
    parts = [name for name in map(str, table) if name.startswith("dev_micro_f1.")]
    panels = 2 if parts else 1
    figure = new_figure(4 * panels, 3.2)
    loss, *scores = figure.subplots(1, panels, squeeze=False)[0]
    loss.plot(table["epoch"], table["train_loss"], marker="o", color="#444444")
    loss.set(xlabel="epoch", ylabel="training loss", yscale="log", title=title)
    for score in scores:
        for name in parts:
            source = name.removeprefix("dev_micro_f1.")
            score.plot(table["epoch"], table[name], marker="o", label=source)
        if len(parts) > 1:
            score.plot(table["epoch"], table["dev_micro_f1"], "k--", label="mean")
        score.set(xlabel="epoch", ylabel="dev micro F1", title="exact mentions, own types")
        score.legend(fontsize="small")
    for axes in (loss, *scores):
        axes.grid(alpha=0.3)
        axes.xaxis.get_major_locator().set_params(integer=True)
    save_png(figure, folder / "curves.png", dpi=120)
