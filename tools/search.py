"""Search for training settings, on dev data only: `python -m tools.search queue|report`.

`queue` puts one experiment per setting into DVC's queue: `conf/suite/search.yaml` with a few
parameters changed. `dvc queue start -j 2` runs them. `report` writes their scores into
`reports/search/search.{csv,md,png}`, together with those of earlier commits.
"""

import io
import subprocess
import sys
from pathlib import Path

import pandas as pd

from sru_ner.files import write_text
from sru_ner.rendering.figure import new_figure, save_png
from sru_ner.rendering.markdown import markdown_table

SUITE, EXPERIMENT = "search", "ncbi_disease"
_SLOWER = "train.learning_rate=1e-3"
_DOCUMENTS = tuple(
    f"{key}=[ncbi_disease_pubtator]"
    for key in ("corpora", f"experiments.{EXPERIMENT}.sources", "evaluate.tested")
)
GRID: dict[str, tuple[str, ...]] = {
    "base": (),
    "encoder-1e-4": ("train.encoder_learning_rate=1e-4",),
    "encoder-4e-4": ("train.encoder_learning_rate=4e-4",),
    "unit-1e-3": (_SLOWER,),
    "frozen-1": ("train.frozen_layers=1",),
    "fp32": ("train.precision=fp32",),
    "slower-seed-43": (_SLOWER, "train.seed=43"),
    "slower-fp32": (_SLOWER, "train.precision=fp32"),
    "slower-dropout": (_SLOWER, "train.input_dropout=0.3"),
    "slower-warm-up": (_SLOWER, "train.warmup_epochs=1", "train.encoder_warmup_epochs=1"),
    "slower-epochs": (_SLOWER, "train.epochs=6"),
    "documents": (_SLOWER, *_DOCUMENTS),
    "documents-packed": (_SLOWER, *_DOCUMENTS, "train.pack=true", "train.batch_size=2"),
}
"""The parameters that each experiment changes.

`base` is the suite, with the learning rate that the search began with. `slower-…` change
`unit-1e-3`. `documents…` read the corpus as whole documents, which are cut into sentences here.
"""
_SEEDS = ("unit-1e-3", "slower-seed-43")
FOLDER = Path("reports/search")
_SHOWN = ("dev_micro_f1", "best_epoch", "epochs", "steps")


def queue() -> None:
    """Queue every experiment of the grid that is neither known to DVC nor in the report."""
    known = {*_table()["name"], *_earlier()["name"]}
    for name, changes in GRID.items():
        if name not in known:
            settings = [option for change in changes for option in ("-S", change)]
            command = ["dvc", "exp", "run", "--queue", "--name", name, "-S", f"suite={SUITE}"]
            subprocess.run([*command, *settings, f"train@{EXPERIMENT}"], check=True)


def report() -> None:
    """Write the finished experiments as a table and a picture, the best first."""
    found = _table().dropna(subset=["dev_micro_f1"])
    table = pd.concat([found, _earlier()]).drop_duplicates("name")
    if table.empty:
        sys.exit(
            "No experiment of the search is finished."
            "\n  → run `dvc queue start`, wait for the queue to end, then run `report` again"
        )
    table = table.sort_values("dev_micro_f1", ascending=False, ignore_index=True)
    write_text(FOLDER / "search.csv", table.to_csv(index=False, float_format="%.2f"))
    rows = [
        [row["name"], row["changes"] or "–", f"{row['dev_micro_f1']:.1f}"]
        + [f"{row[column]:.0f}" for column in _SHOWN[1:]]
        + [row["commit"]]
        for row in table.to_dict("records")
    ]
    figures = ("dev F1", "best epoch", "of", "steps")
    headings = ("experiment", "changes", *figures, "commit")
    text = markdown_table(headings, rows, numbers=len(figures), after=1)
    write_text(FOLDER / "search.md", f"{text}\n{_notes(table)}\n")
    _draw(table)
    print(text, end="")


def _notes(table: pd.DataFrame) -> str:
    """Write what readers have to know to compare the scores."""
    notes = ["One run each."]
    runs = table[table["name"].isin(_SEEDS)]
    if len(runs) == len(_SEEDS) and runs["commit"].nunique() == 1:
        first, second = runs["dev_micro_f1"]
        notes.append(
            f"{' and '.join(_SEEDS)}, which differ in the seed alone, are {first - second:.1f}"
            " apart."
        )
    if _on_documents(table).any():
        notes.append(
            "The documents have a dev set of their own: their scores compare with each other only."
        )
    return " ".join(notes)


def _on_documents(table: pd.DataFrame) -> pd.Series:
    return table["changes"].str.contains(_DOCUMENTS[0], regex=False)


def _table() -> pd.DataFrame:
    """Read the grid's experiments of this commit: columns name, changes, `_SHOWN` and commit."""
    found = pd.read_csv(io.StringIO(_output_of("dvc", "exp", "show", "--csv")))
    found = found[found["Experiment"].isin(list(GRID))]
    prefix = f"reports/{SUITE}/training/{EXPERIMENT}/metrics.json:"
    table = pd.DataFrame({"name": found["Experiment"]})
    table["changes"] = [", ".join(GRID[name]) for name in table["name"]]
    for column in _SHOWN:
        values = found.get(prefix + column, pd.Series(index=found.index, dtype=float))
        table[column] = pd.to_numeric(values, errors="coerce")
    table["commit"] = _output_of("git", "rev-parse", "--short", "HEAD").strip()
    return table.reset_index(drop=True)


def _earlier() -> pd.DataFrame:
    """Read the rows of the last report that are of the grid as it is now."""
    file = FOLDER / "search.csv"
    if not file.exists():
        return pd.DataFrame(columns=["name"])
    table = pd.read_csv(file, keep_default_na=False, dtype={"commit": str})
    now = {name: ", ".join(changes) for name, changes in GRID.items()}
    return table[table["name"].map(now) == table["changes"]]


def _output_of(*command: str) -> str:
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"`{' '.join(command)}` failed: {done.stderr.strip()}")
    return done.stdout


def _draw(table: pd.DataFrame) -> None:
    figure = new_figure(7, 0.45 * len(table) + 1.2)
    axes = figure.add_subplot()
    names = table["name"][::-1]
    own = _on_documents(table)
    axes.plot(table["dev_micro_f1"][::-1], names, "o", color="#2a6f97")
    axes.plot(table["dev_micro_f1"][own], table["name"][own], "o", color="#2a6f97", mfc="white")
    for name, score in zip(names, table["dev_micro_f1"][::-1], strict=True):
        axes.annotate(f"{score:.1f}", (score, name), (6, -3), textcoords="offset points")
    axes.set_xlabel("dev micro F1 (%) of NCBI-Disease, one run each (open: on another dev set)")
    axes.margins(x=0.15, y=0.1)
    axes.grid(axis="x", alpha=0.3)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    save_png(figure, FOLDER / "search.png", dpi=150)


if __name__ == "__main__":
    actions = {"queue": queue, "report": report}
    if len(sys.argv) != 2 or sys.argv[1] not in actions:
        sys.exit(__doc__)
    actions[sys.argv[1]]()
