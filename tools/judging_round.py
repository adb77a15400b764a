"""One round of judging and learning on the synthetic corpora, with made-up assessors.

    python -m tools.judging_round FOLDER

A model learns chemicals from one corpus and diseases from another. It marks texts of a third one,
and two made-up assessors judge a sample (`tools.simulated_assessors`: gold with mistakes). What
they settle becomes a corpus, and two models learn again, for the same number of steps: one with it,
one without. Both are tested on the test split of the third corpus. Everything is written into the
folder, and the figures into FOLDER/reports/round.
"""

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from sru_ner.files import read_yaml, write_text
from sru_ner.layout import SuiteLayout

SOURCES = ["synthetic_chemicals", "synthetic_diseases"]
JUDGED_TEXTS, JUDGED = "synthetic_full", "judged"
SUITE = SuiteLayout("round")
MISTAKES, ITEMS, SEQUENCES = 0.05, 300, 800


def params(judged: bool) -> dict[str, Any]:
    """Return the settings of the suite, before or after the round."""
    values = read_yaml(Path(__file__).parents[1] / "params.yaml", remedy="run it in the clone")
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
    write_text(folder / "params.yaml", yaml.safe_dump(params(judged), sort_keys=False))
    run(folder, "sru_ner", "corpora", "leakage")
    run(folder, "sru_ner", "manifests")
    for name in experiments:
        run(folder, "sru_ner", "train", name)
        run(folder, "sru_ner", "evaluate", name)


def main() -> None:
    """Run the round."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="an empty folder")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name in [*SOURCES, JUDGED_TEXTS]:
        run(folder, "sru_ner", "corpora", "fetch", name)
        run(folder, "sru_ner", "harmonize", name)
    stages(folder, ["before"], judged=False)
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
    stages(folder, ["without_verdicts", "with_verdicts"], judged=True)
    run(folder, "sru_ner", "report", "--markdown")


if __name__ == "__main__":
    main()
