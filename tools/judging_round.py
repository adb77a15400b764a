"""One round of judging and learning on the synthetic corpora, with made-up assessors.

    python -m tools.judging_round FOLDER

A model learns chemicals from one corpus and diseases from another. It marks texts of a third one,
and two made-up assessors judge a sample (`tools.simulated_assessors`: gold with mistakes). What
they settle becomes a corpus, and two models learn again, for the same number of steps: one with it,
one without. Both are tested on the test split of the third corpus. Everything is written into the
folder, with FOLDER/reports/judging_round.md. A second call goes on where the first one stopped.
"""

import argparse
import csv
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import torch
import yaml

from sru_ner.assessment.verdicts import read_verdicts
from sru_ner.dataset.corpus import Corpus
from sru_ner.environment.machine import describe_environment
from sru_ner.files import read_yaml, write_text
from sru_ner.layout import HARMONIZED, PROJECT_PARAMS, SuiteLayout
from sru_ner.rendering.amounts import counted
from sru_ner.rendering.markdown import markdown_table

SOURCES = ["synthetic_chemicals", "synthetic_diseases"]
JUDGED_TEXTS, JUDGED = "synthetic_full", "judged"
SUITE = SuiteLayout("round")
MISTAKES, ITEMS, SEQUENCES = 0.05, 300, 800
HEAD = """\
# One round of judging and learning

`python -m tools.judging_round FOLDER` on {about}.

The corpora are synthetic, and the assessors are made up: each gives the verdict of the gold
mentions, and in {mistakes} % of the cases another one. This shows what verdicts can do, and says
nothing about people.

- *before* learned chemicals from one corpus and diseases from another, in 3 epochs of {sequences}
  sequences. It marked texts of a third corpus.
- Two assessors judged all items of a sample of these mentions. Their verdicts: {verdicts}.
- What they settle became a corpus of {sentences} sentences, with {right} right places and {wrong}
  wrong ones.
- *without verdicts* and *with verdicts* learned from new weights, in 4 epochs of {sequences}
  sequences. The second one has the judged corpus as a third source, so it saw fewer sentences of
  the others.

All are tested on texts of the third corpus that nobody judged: precision, recall and F1 (%) of
exact mentions, with the 95 % interval over documents.

"""


def params(judged: bool) -> dict[str, Any]:
    """Return the settings of the suite, before or after the round."""
    values = read_yaml(
        SuiteLayout("demo", Path(__file__).parents[1]).params, remedy="run it in the clone"
    )
    epochs = {"epochs": 3, "epoch_sequences": SEQUENCES}
    experiments = {"before": {"sources": SOURCES, **epochs}}
    if judged:
        longer = {"epochs": 4, "epoch_sequences": SEQUENCES}
        experiments["without_verdicts"] = {"sources": SOURCES, **longer}
        experiments["with_verdicts"] = {"sources": [*SOURCES, JUDGED], **longer}
    return {
        **values,
        "suite": SUITE.suite,
        "corpora": [*SOURCES, JUDGED_TEXTS, *([JUDGED] if judged else [])],
        # With labels of their own, a few dozen sentences would have to teach these from nothing.
        "train": {**values["train"], "types": "merged"},
        "experiments": experiments,
        "evaluate": {**values["evaluate"], "tested": [JUDGED_TEXTS], "types": "common"},
        "assess": {"experiment": "before"},
        "register": {"candidate": "before"},
    }


def run(folder: Path, *words: str) -> None:
    """Run a module of this project in the folder."""
    print("+", *words, flush=True)
    done = subprocess.run([sys.executable, "-m", *words], cwd=folder, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def stages(folder: Path, experiments: list[str], *, judged: bool) -> None:
    """Write the settings, and run the stages from the manifests to the tests."""
    write_text(folder / SUITE.params, yaml.safe_dump(params(judged), sort_keys=False))
    run(folder, "sru_ner", "corpora", "leakage")
    run(folder, "sru_ner", "manifests")
    for name in experiments:
        if not (folder / SUITE.decisions(name)).exists():
            run(folder, "sru_ner", "train", name)
            run(folder, "sru_ner", "evaluate", name)


def judge(folder: Path) -> None:
    """Draw a sample, let made-up assessors judge it, and make a corpus of their verdicts."""
    table = f"data/harmonized/documents/source={JUDGED_TEXTS}/split=train/part-0.parquet"
    run(folder, "sru_ner", "judge", "sample", table, "-o", "sample", "--model",
        str(SUITE.model("before")), "--types", "Chemical,Disease", "--items", str(ITEMS),
        "--shared", "1")  # fmt: skip
    run(folder, "tools.simulated_assessors", "sample", "--gold", JUDGED_TEXTS, "--split", "train",
        "--mistakes", str(MISTAKES), "-o", "verdicts")  # fmt: skip
    run(folder, "sru_ner", "judge", "import", "verdicts", "--sample", "sample", "-o", "judged",
        "--note", "Made up: gold mentions with mistakes drawn at random.")  # fmt: skip
    run(folder, "sru_ner", "judge", "corpus", "judged", "--sample", "sample", "-o", "judged.jsonl")
    run(folder, "sru_ner", "corpora", "add", JUDGED, "judged.jsonl", "--split", "train+dev",
        "--yes", "--replace")  # fmt: skip
    run(folder, "sru_ner", "harmonize", JUDGED)


def report(folder: Path) -> str:
    """Return the report on a round as Markdown, with the machine and the commit."""
    with (folder / SUITE.evaluation_report / "intervals.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["scope"] in ("common", "type")]
    cells = {
        (row["model"], row["type"] or "all", row["figure"].removeprefix("micro_")): (
            f"{100 * float(row['value']):.1f}"
            + (f" ({100 * float(row['low']):.1f}–{100 * float(row['high']):.1f})"
               if row["figure"].endswith("f1") else "")
        )
        for row in rows if row["value"]
    }  # fmt: skip
    lines = [
        (model.replace("_", " "), type_,
         *(cells.get((model, type_, figure), "–") for figure in ("precision", "recall", "f1")))
        for model in ("before", "without_verdicts", "with_verdicts")
        for type_ in ("all", "Chemical", "Disease")
    ]  # fmt: skip
    said = [
        Counter(verdict.verdict.words for verdict in read_verdicts(path).verdicts)
        for path in sorted((folder / "verdicts").iterdir())
    ]
    parts = [Corpus(folder / HARMONIZED, JUDGED).split(split) for split in ("train", "dev")]
    sentences = [sentence for part in parts for sentence in part.sentences()]
    machine = describe_environment(torch.device("cpu"))
    commit = machine["git_commit"][:7] + (" with changes" if machine["git_dirty"] else "")
    processor = re.sub(r"\s+", " ", machine["device"])
    return HEAD.format(
        verdicts="; ".join(
            ", ".join(f"{count} {name}" for name, count in each.most_common()) for each in said
        ),
        sentences=len(sentences),
        right=sum(len(sentence.mentions) for sentence in sentences),
        wrong=sum(len(sentence.rejected) for sentence in sentences),
        sequences=SEQUENCES,
        mistakes=round(100 * MISTAKES),
        about=f"{processor}, {counted(machine['threads'], 'thread')}, commit {commit}",
    ) + markdown_table(("model", "type", "precision", "recall", "F1"), lines, numbers=3)


def main() -> None:
    """Run the round."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="folder for everything that is made")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / PROJECT_PARAMS, yaml.safe_dump({"suite": SUITE.suite}))
    if not (folder / SUITE.decisions("before")).exists():
        for name in [*SOURCES, JUDGED_TEXTS]:
            run(folder, "sru_ner", "corpora", "fetch", name)
            run(folder, "sru_ner", "harmonize", name)
    stages(folder, ["before"], judged=False)
    if not (folder / SUITE.decisions("with_verdicts")).exists():
        judge(folder)
    stages(folder, ["without_verdicts", "with_verdicts"], judged=True)
    run(folder, "sru_ner", "report", "--markdown")
    target = folder / "reports/judging_round.md"
    write_text(target, report(folder))
    print(target)


if __name__ == "__main__":
    main()
