"""One round of judging and learning on synthetic texts, with made-up assessors and several seeds.

    python -m tools.judging_round FOLDER

A model learns chemicals from one corpus and diseases from another. Both are of clinics: no sentence
of theirs names a gene or a cell line. The texts of a laboratory name many, and the model takes some
for chemicals and diseases. Two made-up assessors judge a sample of what it marks there
(`tools.simulated_assessors`: gold with mistakes). The model then learns on (`start_from`) in two
ways and as many steps: from the two corpora again, and from these and what the assessors settled.
All are tested on other texts of the laboratory. All of it is done with several seeds. Everything is
written into the folder, with FOLDER/reports/judging_round.md. A second call goes on where the first
one stopped.
"""

import argparse
import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import yaml
from scipy.stats import t as student

from sru_ner.assessment.verdicts import read_verdicts
from sru_ner.corpora.synthetic.generate import SyntheticDocument, generate_more
from sru_ner.dataset.corpus import Corpus
from sru_ner.files import read_yaml, write_text
from sru_ner.layout import HARMONIZED, PROJECT_PARAMS, SuiteLayout
from sru_ner.rendering.amounts import counted
from sru_ner.rendering.markdown import markdown_table
from sru_ner.text.sentences import split_sentences
from tools.runs import machine_and_commit, run

TYPES = ("Chemical", "Disease")
CLINICS = {"clinic_chemicals": "Chemical", "clinic_diseases": "Disease"}
CLINIC_DOCUMENTS = {"train": 150, "dev": 40}
NEVER_IN_CLINICS = {"Gene", "Cell_Line"}
LABORATORY = "laboratory"
LABORATORY_DOCUMENTS = {"train": 60, "test": 60}
SUITE = SuiteLayout("round")
SEEDS = 3
MISTAKES, ITEMS = 0.05, 300
EPOCHS, EPOCH_SEQUENCES = 4, 400
KINDS = {
    "first": "first model",
    "without": "learned on, without verdicts",
    "with": "learned on, with verdicts",
}
FIGURES = ("precision", "recall", "f1")
HEAD = """\
# One round of judging and learning

`python -m tools.judging_round FOLDER` on {about}.

The corpora are synthetic, and the assessors are made up: each gives the verdict of the gold
mentions, and in {mistakes} % of the cases another one. This shows what verdicts can do, and says
nothing about people.

- The *first model* learned chemicals from one corpus and diseases from another: {clinics}
  sentences, of which none names a gene or a cell line. It marked {laboratory} texts of a
  laboratory, which name many.
- Two assessors judged all items of a sample of these mentions, {items} for each seed on average.
  Of 100 verdicts, {verdicts}.
- What they settle became a corpus of {sentences} sentences on average, with {right} right places
  and {wrong} wrong ones.
- The first model *learned on* in two ways (`start_from`): from the two corpora again (*without
  verdicts*), and from these and the judged corpus (*with verdicts*).
- Each of the three trainings took {epochs} epochs of {sequences} sequences of all its sources
  together. So the last two models took the same steps.

All are tested on {tested} other texts of the laboratory that nobody judged: 40 % of their names
are in no training text. Precision, recall and F1 (%) of exact mentions, mean of {seeds}. Each
seed has its own models, sample and verdicts. The difference is *with* less *without* verdicts; if
there are several seeds, with the 95 % interval of Student's t over these.

"""


def record(document: SyntheticDocument, start: int, end: int, types: Iterable[str]) -> str:
    """Return a part of a document with its mentions of some types, as a line of JSON."""
    spans = [
        {"start": mention.start - start, "end": mention.end - start, "label": mention.type}
        for mention in document.mentions
        if start <= mention.start and mention.end <= end and mention.type in types
    ]
    text = document.text[start:end]
    return json.dumps({"id": f"{document.document_id}-{start}", "text": text, "spans": spans})


def clinic_sentences(source: str, split: str) -> Iterator[str]:
    """Yield the sentences without genes and cell lines, each a document that marks one type."""
    for document in islice(generate_more(f"synthetic_{source.split('_')[1]}", split),
                           CLINIC_DOCUMENTS[split]):  # fmt: skip
        whole = [(mention.start, mention.end) for mention in document.mentions]
        for start, end in split_sentences(document.text, whole):
            named = {m.type for m in document.mentions if m.start < end and m.end > start}
            if not named & NEVER_IN_CLINICS:
                yield record(document, start, end, [CLINICS[source]])


def laboratory_texts(split: str) -> Iterator[str]:
    """Yield whole documents with all chemicals and diseases."""
    documents = generate_more("synthetic_full", split)
    for document in islice(documents, LABORATORY_DOCUMENTS[split]):
        yield record(document, 0, len(document.text), TYPES)


def add_corpora(folder: Path) -> None:
    """Write the corpora of clinics and laboratory, and harmonise them."""
    parts = {
        **{(name, split): clinic_sentences(name, split)
           for name in CLINICS for split in CLINIC_DOCUMENTS},
        **{(LABORATORY, split): laboratory_texts(split) for split in LABORATORY_DOCUMENTS},
    }  # fmt: skip
    files: dict[str, list[str]] = defaultdict(list)
    for (name, split), lines in parts.items():
        files[name].append(f"texts/{name}/{split}.jsonl")
        write_text(folder / files[name][-1], "".join(f"{line}\n" for line in lines))
    for name, paths in files.items():
        run(folder, "sru_ner", "corpora", "add", name, *paths, "--yes", "--replace")
        run(folder, "sru_ner", "harmonize", name)


def params(seeds: Sequence[int], judged: Sequence[int]) -> dict[str, Any]:
    """Return the settings of the suite with some seeds, of which some are judged."""
    values = read_yaml(
        SuiteLayout("demo", Path(__file__).parents[1]).params, remedy="run it in the clone"
    )
    experiments: dict[str, dict[str, Any]] = {}
    for seed in seeds:
        experiments[f"first_{seed}"] = {"sources": [*CLINICS], "seed": seed}
        if seed in judged:
            on = {"seed": seed, "start_from": str(SUITE.model(f"first_{seed}"))}
            experiments[f"without_{seed}"] = {**on, "sources": [*CLINICS]}
            experiments[f"with_{seed}"] = {**on, "sources": [*CLINICS, f"judged_{seed}"]}
    return {
        **values,
        "suite": SUITE.suite,
        "corpora": [*CLINICS, LABORATORY, *(f"judged_{seed}" for seed in judged)],
        # With labels of their own, a few dozen sentences would have to teach these from nothing.
        "train": {
            **values["train"],
            "types": "merged",
            "epochs": EPOCHS,
            "epoch_sequences": EPOCH_SEQUENCES,
        },
        "experiments": experiments,
        "evaluate": {**values["evaluate"], "tested": [LABORATORY], "types": "common"},
        "assess": {"experiment": "first_1"},
        "register": {"candidate": "first_1"},
    }


def learn(folder: Path, name: str, *, seeds: Sequence[int], judged: Sequence[int]) -> None:
    """Write the settings, train a model and find what it marks in the tested texts."""
    write_text(folder / SUITE.params, yaml.safe_dump(params(seeds, judged), sort_keys=False))
    if not (folder / SUITE.decisions(name)).exists():
        run(folder, "sru_ner", "corpora", "leakage")
        run(folder, "sru_ner", "manifests")
        run(folder, "sru_ner", "train", name)
        run(folder, "sru_ner", "evaluate", name)


def judge(folder: Path, seed: int) -> None:
    """Draw a sample, let made-up assessors judge it, and make a corpus of their verdicts."""
    table = f"data/harmonized/documents/source={LABORATORY}/split=train/part-0.parquet"
    place, name = f"rounds/{seed}", f"judged_{seed}"
    run(folder, "sru_ner", "judge", "sample", table, "-o", f"{place}/sample", "--model",
        str(SUITE.model(f"first_{seed}")), "--types", ",".join(TYPES), "--items", str(ITEMS),
        "--shared", "1", "--seed", str(seed))  # fmt: skip
    run(folder, "tools.simulated_assessors", f"{place}/sample", "--gold", LABORATORY, "--split",
        "train", "--mistakes", str(MISTAKES), "-o", f"{place}/verdicts")  # fmt: skip
    run(folder, "sru_ner", "judge", "import", f"{place}/verdicts", "--sample", f"{place}/sample",
        "-o", f"{place}/judged",
        "--note", "Made up: gold mentions with mistakes drawn at random.")  # fmt: skip
    run(folder, "sru_ner", "judge", "corpus", f"{place}/judged", "--sample", f"{place}/sample",
        "-o", f"{place}/judged.jsonl")  # fmt: skip
    run(folder, "sru_ner", "corpora", "add", name, f"{place}/judged.jsonl", "--split", "train+dev",
        "--yes", "--replace")  # fmt: skip
    run(folder, "sru_ner", "harmonize", name)


def table_of_figures(folder: Path, seeds: Sequence[int]) -> str:
    """Return the figures of the models and their differences, as Markdown."""
    with (folder / SUITE.evaluation_report / "intervals.csv").open(encoding="utf-8") as file:
        values = {
            (row["model"], row["type"] or "all", row["figure"].removeprefix("micro_")): (
                100 * float(row["value"])
            )
            for row in csv.DictReader(file)
            if row["scope"] in ("common", "type") and row["value"]
        }
    lines = []
    for kind, name in KINDS.items():
        for type_ in ("all", *TYPES):
            means = [mean(values[f"{kind}_{s}", type_, f] for s in seeds) for f in FIGURES]
            lines.append((name, type_, *(f"{value:.1f}" for value in means)))
    for type_ in ("all", *TYPES):
        cells = []
        for figure in FIGURES:
            gains = [
                values[f"with_{s}", type_, figure] - values[f"without_{s}", type_, figure]
                for s in seeds
            ]
            middle = mean(gains)
            if len(gains) == 1:
                cells.append(f"{middle:+.1f}")
                continue
            half = student.ppf(0.975, len(gains) - 1) * stdev(gains) / len(gains) ** 0.5
            cells.append(f"{middle:+.1f} ({middle - half:+.1f} to {middle + half:+.1f})")
        lines.append(("difference", type_, *cells))
    each = [
        (seed, *(f"{values[f'{kind}_{seed}', 'all', f]:.1f}"
                 for kind in KINDS for f in FIGURES), _paired(folder, seed))
        for seed in seeds
    ]  # fmt: skip
    heads = [f"{figure}, {kind}" for kind in KINDS for figure in ("P", "R", "F1")]
    heads.append("difference of F1")
    return "\n".join([
        markdown_table(("model", "type", "precision", "recall", "F1"), lines, numbers=3),
        "Both types, seed by seed. The difference has the 95 % interval of a paired test over the"
        " tested documents:\n",
        markdown_table(("seed", *heads), each, numbers=len(heads)),
    ])  # fmt: skip


def _paired(folder: Path, seed: int) -> str:
    """Return what verdicts change with a seed, with interval and p."""
    names = (f"without_{seed}", f"with_{seed}")
    with (folder / SUITE.evaluation_report / "significance.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["scope"] == "common" and {row["model_a"], row["model_b"]} == set(names):
                # The file subtracts the second model from the first one.
                sign = -100 if row["model_a"] == names[0] else 100
                low, high = sorted(sign * float(row[name]) for name in ("low", "high"))
                value = sign * float(row["difference"])
                return f"{value:+.1f} ({low:+.1f} to {high:+.1f}), p = {float(row['p']):.4f}"
    return "–"


def report(folder: Path, seeds: Sequence[int]) -> str:
    """Return the report as Markdown, with the machine and the commit."""
    said = Counter(
        verdict.verdict.words
        for seed in seeds
        for path in sorted((folder / f"rounds/{seed}/verdicts").iterdir())
        for verdict in read_verdicts(path).verdicts
    )
    sentences = [
        sentence
        for seed in seeds
        for split in ("train", "dev")
        for sentence in Corpus(folder / HARMONIZED, f"judged_{seed}").split(split).sentences()
    ]
    clinics = [
        len(list(Corpus(folder / HARMONIZED, name).split("train").sentences())) for name in CLINICS
    ]
    return HEAD.format(
        about=machine_and_commit(),
        mistakes=round(100 * MISTAKES),
        clinics=" and ".join(map(str, clinics)),
        laboratory=len(Corpus(folder / HARMONIZED, LABORATORY).split("train").table("documents")),
        tested=LABORATORY_DOCUMENTS["test"],
        items=round(said.total() / 2 / len(seeds)),
        verdicts=", ".join(
            f"{100 * count / said.total():.0f} were {name}" for name, count in said.most_common()
        ),
        sentences=round(len(sentences) / len(seeds)),
        right=round(sum(len(sentence.mentions) for sentence in sentences) / len(seeds)),
        wrong=round(sum(len(sentence.rejected) for sentence in sentences) / len(seeds)),
        epochs=EPOCHS,
        sequences=EPOCH_SEQUENCES,
        seeds=counted(len(seeds), "seed"),
    ) + table_of_figures(folder, seeds)


def main() -> None:
    """Run the round with each seed."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="folder for everything that is made")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="number of seeds")
    given = parser.parse_args()
    folder: Path = given.folder
    seeds = range(1, given.seeds + 1)
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / PROJECT_PARAMS, yaml.safe_dump({"suite": SUITE.suite}))
    if not (folder / HARMONIZED / "documents" / f"source={LABORATORY}").exists():
        add_corpora(folder)
    for seed in seeds:
        learn(folder, f"first_{seed}", seeds=seeds[:seed], judged=seeds[: seed - 1])
        if not (folder / HARMONIZED / "documents" / f"source=judged_{seed}").exists():
            judge(folder, seed)
        for kind in ("without", "with"):
            learn(folder, f"{kind}_{seed}", seeds=seeds[:seed], judged=seeds[:seed])
    run(folder, "sru_ner", "report", "--markdown")
    target = folder / "reports/judging_round.md"
    write_text(target, report(folder, seeds))
    print(target)


if __name__ == "__main__":
    main()
