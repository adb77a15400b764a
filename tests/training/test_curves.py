from pathlib import Path

import pandas as pd
import pytest

from sru_ner.training.curves import curve_table, recall_by_type, write_curves
from sru_ner.training.dev_scores import DEV_COUNTS, DEV_MENTIONS, DEV_METRIC


def history() -> list[dict]:
    """The log of two epochs of two steps each."""
    found: list[dict] = []
    for epoch, right in ((1, 0), (2, 6)):
        found += [
            {"loss": 1 / step, "step": step, "epoch": step / 2, "learning_rate": 0.1}
            for step in (2 * epoch - 1, 2 * epoch)
        ]
        found.append(
            {
                "step": 2 * epoch,
                "epoch": float(epoch),
                "epoch_seconds": 1.5,
                DEV_MENTIONS: 12,
                DEV_METRIC: 40.0,
                f"{DEV_METRIC}.biored": 40.0,
                DEV_COUNTS: {"biored": {"Gene": [right, 2, 12], "Cell_Line": [0, 0, 0]}},
            }
        )
    return found


def test_a_row_holds_the_figures_of_each_type() -> None:
    table = curve_table(history())
    assert table["epoch"].tolist() == [1, 2]
    assert table["train_loss"].tolist() == pytest.approx([0.75, (1 / 3 + 1 / 4) / 2])
    assert table["dev_recall.biored.Gene"].tolist() == [0, 50]
    assert table["dev_precision.biored.Gene"].tolist() == [0, 75]
    assert table["dev_f1.biored.Gene"].tolist() == [0, 60]
    assert table["dev_recall.biored.Cell_Line"].isna().all()


def test_the_recall_of_types_with_gold_mentions_is_drawn(tmp_path: Path) -> None:
    table = curve_table(history())
    recall = recall_by_type(table)
    assert recall.index.tolist() == ["biored.Gene"]
    assert recall.loc["biored.Gene"].tolist() == [0, 50]
    write_curves(table, tmp_path, "mine")
    again = recall_by_type(pd.read_csv(tmp_path / "curves.csv"))
    assert again.loc["biored.Gene"].tolist() == [0, 50]
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


def test_without_dev_there_is_a_loss_only(tmp_path: Path) -> None:
    log = [
        {k: v for k, v in entry.items() if not k.startswith(DEV_METRIC)}
        | ({DEV_COUNTS: {}, DEV_MENTIONS: 0} if DEV_COUNTS in entry else {})
        for entry in history()
    ]
    table = curve_table(log)
    assert not [name for name in table if "recall" in name]
    write_curves(table, tmp_path, "mine")
    assert (tmp_path / "curves.png").is_file()
