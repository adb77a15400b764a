"""Training curves: a table and a picture of loss and dev scores by epoch."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sru_ner.files import write_text
from sru_ner.rendering.figure import new_figure, save_png
from sru_ner.training.dev_scores import DEV_MENTIONS, DEV_METRIC, logged_counts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_RECALL = "dev_recall."
"""Beginning of the columns with the recall of a type."""
_MOST_EPOCHS = 15
"""Number of epochs whose numbers have room in the picture of the recall."""
_DARK_ABOVE = 65
"""Recall in per cent above which numbers are white."""


def curve_table(history: list[dict[str, Any]]) -> pd.DataFrame:
    """Return one row per epoch, from the Trainer's log.

    Columns: epoch, step, train_loss (mean over the epoch), learning_rate (of everything but the
    encoder, at the end of the epoch), dev_micro_f1, dev_micro_f1.<source>, and for each type of a
    source dev_precision.<source>.<type>, dev_recall.<source>.<type> and dev_f1.<source>.<type> (all
    in per cent; a ratio of nothing is empty), seconds. If the model is trained on dev, dev_micro_f1
    is empty and there are no columns by source.
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
            ratios = {
                f"dev_{ratio}.{source}.{type_}": float("nan") if value is None else 100 * value
                for source, type_, counts in logged_counts(entry)
                for ratio, value in asdict(counts.ratios).items()
            }
            rows.append(
                {
                    "epoch": round(entry["epoch"]),
                    "step": entry["step"],
                    "train_loss": loss / steps if steps else float("nan"),
                    "learning_rate": rate,
                    "dev_micro_f1": float("nan"),
                    **scores,
                    **ratios,
                    "seconds": entry.get("epoch_seconds", float("nan")),
                }
            )
            loss, steps = 0.0, 0
    return pd.DataFrame(rows)


def write_curves(table: pd.DataFrame, folder: Path, title: str) -> None:
    """Write `curves.csv` and `curves.png`.

    The picture has the loss and, where dev is not trained on, dev F1 and the recall of each type.
    Seconds are left out: the same training leaves the same files.
    """
    same = table.drop(columns="seconds")
    write_text(folder / "curves.csv", same.to_csv(index=False, float_format="%.6g"))
    sources = {
        name.removeprefix("dev_micro_f1."): name
        for name in map(str, table)
        if name.startswith("dev_micro_f1.")
    }
    recall = recall_by_type(table)
    panels = 3 if sources else 1
    height = max(3.2, 0.22 * len(recall) + 1)
    figure = new_figure(4 * panels, height)
    loss, *others = figure.subplots(1, panels, squeeze=False)[0]
    loss.plot(table["epoch"], table["train_loss"], marker="o", color="#444444")
    loss.set(xlabel="epoch", ylabel="training loss", yscale="log", title=title)
    if others:
        score, types = others
        for source, name in sources.items():
            score.plot(table["epoch"], table[name], marker="o", label=source)
        if len(sources) > 1:
            score.plot(table["epoch"], table["dev_micro_f1"], "k--", label="mean")
        score.set(xlabel="epoch", ylabel="dev micro F1", title="exact mentions, own types")
        score.legend(fontsize="small")
        _draw_recall(types, recall, table["epoch"].tolist())
    for axes in (loss, *others[:1]):
        axes.grid(alpha=0.3)
        axes.xaxis.get_major_locator().set_params(integer=True)
    save_png(figure, folder / "curves.png", dpi=120)


def recall_by_type(table: pd.DataFrame) -> pd.DataFrame:
    """Return the dev recall in per cent: a row for each `<source>.<type>`, a column for each epoch.

    table: from `curve_table`, or read from `curves.csv`. Types without gold mentions are left out.
    """
    names = [name for name in map(str, table) if name.startswith(_RECALL)]
    found = table.set_index("epoch")[names].rename(columns=lambda name: name.removeprefix(_RECALL))
    return found.T.dropna(how="all")


def _draw_recall(axes: "Axes", recall: pd.DataFrame, epochs: list[int]) -> None:
    """Draw a row for each type and a column for each epoch, darker where more is found."""
    axes.imshow(recall, cmap="Blues", vmin=0, vmax=100, aspect="auto")
    axes.set(xlabel="epoch", title="dev recall (%)")
    every = range(0, len(epochs), 1 + len(epochs) // _MOST_EPOCHS)
    axes.set_xticks(every, [str(epochs[i]) for i in every], fontsize="small")
    axes.set_yticks(range(len(recall)), list(recall.index), fontsize="small")
    if len(epochs) > _MOST_EPOCHS:
        return
    for row, values in enumerate(recall.to_numpy()):
        for column, value in enumerate(values):
            colour = "white" if value > _DARK_ABOVE else "black"
            axes.text(
                column, row, f"{value:.0f}", ha="center", va="center", color=colour, fontsize=7
            )
