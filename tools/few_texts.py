"""How many texts a model needs: a corpus cut to a few texts, from the encoder and from a model.

    python -m tools.few_texts FOLDER

Of each corpus some training texts are drawn, and `sru-ner fit` makes two models of them as a user
would: one from the embedded encoder, and one that goes on from the released model (`--from`). Both
are tested on the same test texts. A smaller draw of texts is part of the larger ones. Everything is
written into the folder, with FOLDER/reports/few_texts.md. A second call goes on where the first one
stopped. Corpora are fetched from $SRU_NER_MIRROR or the network.
"""

import argparse
import json
import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from sru_ner.dataset.corpus import Corpus
from sru_ner.files import read_json, write_json, write_text
from sru_ner.layout import HARMONIZED
from sru_ner.rendering.amounts import counted
from sru_ner.rendering.markdown import markdown_table
from tools.runs import machine_and_commit, run

MODEL = "sru-ner-biomed-small"
STARTS = {"encoder": (), "model": ("--from", MODEL)}
"""How a model begins → the options of `fit` for it."""
CORPORA = {"bc2gm": (50,), "wnut17": (50,)}
"""Corpus → numbers of its texts to learn from."""
OWN_NAMES = {"Gene_or_protein": "GENE"}
"""Harmonised type → its name in the files of BC2GM, as a user of these files would have it."""
TESTED = 700
"""Most test texts of a corpus; more would take long and change little."""
SEEDS = 1
HEAD = """\
# How many texts a model needs

`python -m tools.few_texts FOLDER` on {about}.

`sru-ner fit` made two models of the same few texts: one from the embedded encoder, and one that
goes on from the released model (`--from {model}`). All other settings are those that `fit` chooses.
The texts include the tenth of them that `fit` takes for dev. F1 (%) of exact mentions on test
texts that no model has seen, at most {tested} of a corpus, mean of {seeds}. Each seed draws its own
texts, and of several the lowest and the highest F1 follow.

The released model has learned neither corpus. BC2GM marks genes and proteins (`GENE`). The
released model knows the type `Gene` from corpora with other guidelines: as it is, without further
training, it has an F1 of {as_it_is} on these test texts. WNUT-17 marks names of people, places and
products in posts, and it knows none of these types. Of BC2GM's 5,038 test texts, about 20 are
contained in abstracts of the released model's own training corpora (`reports/data/leakage.csv`).

"""


def texts_of(folder: Path, corpus: str, split: str) -> list[str]:
    """Return the documents of a split in a random order that is always the same, as JSON lines."""
    part = Corpus(folder / HARMONIZED, corpus).split(split)
    spans: dict[str, list[dict[str, Any]]] = {}
    for row in part.table("spans").to_pylist():
        spans.setdefault(row["document_id"], []).append(
            {
                "start": row["start"],
                "end": row["end"],
                "label": OWN_NAMES.get(row["type"], row["type"]),
            }
        )
    lines = [
        json.dumps(
            {"id": row["document_id"], "text": row["text"],
             "spans": spans.get(row["document_id"], [])}
        )
        for row in part.table("documents").to_pylist()
    ]  # fmt: skip
    random.Random(0).shuffle(lines)
    return lines


def write_test_texts(path: Path, folder: Path, corpus: str) -> None:
    """Write the test texts, the same ones for all models of a corpus."""
    write_text(path, "\n".join(texts_of(folder, corpus, "test")[:TESTED]) + "\n")


def fit(folder: Path, corpus: str, texts: int, start: str, seed: int) -> dict[str, Any]:
    """Draw the texts, fit a model and return its figures on the test texts."""
    name = f"{corpus}_{texts}_{start}_{seed}"
    facts = folder / "figures" / f"{name}.json"
    if not facts.is_file():
        data = folder / "texts" / f"{corpus}_{texts}_{seed}"
        pool = texts_of(folder, corpus, "train")
        random.Random(seed).shuffle(pool)
        write_text(data / "train.jsonl", "\n".join(pool[:texts]) + "\n")
        write_test_texts(data / "test.jsonl", folder, corpus)
        began = time.monotonic()
        run(folder, "sru_ner", "fit", str(data.relative_to(folder)), "-o", f"models/{name}",
            "--set", f"seed={seed}", *STARTS[start])  # fmt: skip
        [tested] = read_json(folder / f"models/{name}.work/results.json", remedy="run it again")
        rows = tested["rows"]
        together = next((row for row in rows if row["type"] is None), rows[0])
        learned = sum(len(json.loads(line)["spans"]) for line in pool[:texts])
        minutes = (time.monotonic() - began) / 60
        write_json(facts, {**together, "mentions": learned, "minutes": minutes})
    return dict(read_json(facts, remedy="remove it and run it again"))


def f1_as_it_is(folder: Path) -> float:
    """Return the F1 of the released model on the test texts of BC2GM, in percent."""
    test, found, figures = (
        folder / "as_it_is" / name for name in ("test.jsonl", "found.jsonl", "figures.json")
    )
    if not figures.is_file():
        write_test_texts(test, folder, "bc2gm")
        run(folder, "sru_ner", "annotate", str(test), "-o", str(found), "--model", MODEL)
        run(folder, "sru_ner", "score", str(test), str(found), "--gold-type-map", "GENE=Gene",
            "--match", "exact", "--output", str(figures))  # fmt: skip
    scores = read_json(figures, remedy="remove it and run it again")
    return 100 * next(float(row["f1"]) for row in scores["scores"] if row["type"] == "all")


def table(found: Mapping[tuple[str, int, str, int], Mapping[str, Any]]) -> str:
    """Return the figures as a table in Markdown.

    found: corpus, number of texts, start and seed → figures.
    """
    lines = []
    for corpus, texts in dict.fromkeys((key[0], key[1]) for key in found):
        cells: list[str] = []
        of_start = {
            start: [row for key, row in found.items() if key[:3] == (corpus, texts, start)]
            for start in STARTS
        }
        for rows in of_start.values():
            values = [100 * (row["f1"] or 0.0) for row in rows]
            spread = f" ({min(values):.1f}–{max(values):.1f})" if len(values) > 1 else ""
            cells.append(f"{mean(values):.1f}{spread}")
        gain = mean(
            100 * ((with_["f1"] or 0.0) - (without["f1"] or 0.0))
            for without, with_ in zip(of_start["encoder"], of_start["model"], strict=True)
        )
        minutes = [f"{mean(row['minutes'] for row in rows):.1f}" for rows in of_start.values()]
        mentions = round(mean(row["mentions"] for row in of_start["encoder"]))
        lines.append((corpus, f"{texts:,}", f"{mentions:,}", *cells, f"{gain:+.1f}", *minutes))
    heads = ("corpus", "texts", "mentions", "from the encoder", "from the model", "difference",
             "minutes, encoder", "minutes, model")  # fmt: skip
    return markdown_table(heads, lines, numbers=len(heads) - 1)


def report(folder: Path, seeds: Sequence[int]) -> str:
    """Return the report as Markdown, with the machine and the commit."""
    found = {
        (corpus, texts, start, seed): fit(folder, corpus, texts, start, seed)
        for seed in seeds
        for corpus, numbers in CORPORA.items()
        for texts in numbers
        for start in STARTS
    }
    return HEAD.format(
        about=machine_and_commit(),
        model=MODEL,
        tested=TESTED,
        as_it_is=f"{f1_as_it_is(folder):.1f}",
        seeds=counted(len(seeds), "seed"),
    ) + table(found)


def main() -> None:
    """Fit all models and write the report."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="folder for everything that is made")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="number of seeds")
    given = parser.parse_args()
    folder: Path = given.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    for corpus in CORPORA:
        if not (folder / HARMONIZED / "documents" / f"source={corpus}").exists():
            run(folder, "sru_ner", "corpora", "fetch", corpus)
            run(folder, "sru_ner", "harmonize", corpus)
    target = folder / "reports/few_texts.md"
    write_text(target, report(folder, range(1, given.seeds + 1)))
    print(target)


if __name__ == "__main__":
    main()
