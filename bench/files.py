"""Scoring two annotated files: the command as a user runs it, start-up included."""

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench.report import Row, at_most
from bench.timing import in_turns
from sru_ner.corpora.synthetic.generate import SYNTHETIC_SOURCES, SyntheticDocument, generate


def measure(scratch: Path, *, documents: int = 500, repeats: int = 5) -> Iterator[Row]:
    """Time `sru-ner score`, in seconds, on two PubTator files of `documents` documents."""
    gold, predicted = scratch / "gold.txt", scratch / "predicted.txt"
    mentions = write_files(gold, predicted, documents)
    command = [sys.executable, "-m", "sru_ner", "score", str(gold), str(predicted)]

    def score() -> None:
        subprocess.run(command, check=True, capture_output=True)

    score()
    times = in_turns({"ours": score}, repeats)["ours"]
    yield at_most(
        f"scoring two PubTator files of {documents:,} documents",
        times.median,
        2,
        "s",
        f"{mentions:,} gold mentions, formats detected, texts compared, exact and overlap matching,"
        f" the start of Python included; {times}",
    )


def write_files(gold: Path, predicted: Path, documents: int) -> int:
    """Write synthetic abstracts with gold and with predicted mentions; return the gold ones' count.

    The predicted file lacks some mentions; some others end early or have another type.
    """
    chance = random.Random(0)
    made = [d for name in SYNTHETIC_SOURCES for split in generate(name).values() for d in split]
    kept, guessed, count = [], [], 0
    for number in range(documents):
        document = made[number % len(made)]
        name = str(number)
        whole = [(m.start, m.end, m.type) for m in document.mentions]
        count += len(whole)
        kept.append(_pubtator(name, document, whole))
        found = [_changed(chance, *mention) for mention in whole if chance.random() < 0.85]
        guessed.append(_pubtator(name, document, found))
    gold.write_text("".join(kept), encoding="utf-8")
    predicted.write_text("".join(guessed), encoding="utf-8")
    return count


def _changed(chance: random.Random, start: int, end: int, type_: str) -> tuple[int, int, str]:
    drawn = chance.random()
    if drawn < 0.1 and end - start > 1:
        return start, end - 1, type_
    return start, end, "Chemical" if drawn > 0.95 else type_


def _pubtator(name: str, document: SyntheticDocument, mentions: list[tuple[int, int, str]]) -> str:
    lines = [f"{name}|t|{document.title}", f"{name}|a|{document.abstract}"]
    lines += [f"{name}\t{s}\t{e}\t{document.text[s:e]}\t{t}" for s, e, t in mentions]
    return "\n".join(lines) + "\n\n"
