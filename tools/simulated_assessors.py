"""Writes made-up verdicts: what gold mentions say of a sample, with mistakes drawn at random.

    python -m tools.simulated_assessors SAMPLE --gold CORPUS --split test -o FOLDER

This tries the way from a sample to its report where nobody has judged. The assessors are called
"made up A", "made up B", …, and their verdicts are no evidence about people.
"""

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

from sru_ner.assessment.items import ITEMS, Item, read_items
from sru_ner.assessment.verdicts import Judgement, Verdict, VerdictFile, write_verdicts
from sru_ner.dataset.corpus import Corpus, CorpusSplit
from sru_ner.layout import HARMONIZED

Span = tuple[int, int, str]


def gold_spans(items: Sequence[Item], gold: CorpusSplit) -> dict[str, list[Span]]:
    """Return item → gold mentions in its sentence; offsets in the sentence.

    A mention of a type that covers finer ones counts as a mention of each of these, too.
    """
    covers = gold.corpus.inventory().covers
    documents = gold.table("documents").select(["document_id", "text"]).to_pylist()
    texts = {row["document_id"]: row["text"] for row in documents}
    spans: dict[str, list[Span]] = {}
    for row in gold.table("spans").select(["document_id", "start", "end", "type"]).to_pylist():
        for type_ in (row["type"], *covers.get(row["type"], ())):
            spans.setdefault(row["document_id"], []).append((row["start"], row["end"], type_))
    found = {}
    for item in items:
        shift = texts[item.document].index(item.text)
        moved = ((s - shift, e - shift, t) for s, e, t in spans.get(item.document, ()))
        found[item.id] = [span for span in moved if span[0] >= 0 and span[1] <= len(item.text)]
    return found


def true_verdict(item: Item, gold: Sequence[Span]) -> Verdict:
    """Return what the gold mentions of its sentence say of an item."""
    if (item.start, item.end, item.type) in gold:
        return Verdict(id=item.id, verdict=Judgement.CORRECT)
    touching = [span for span in gold if span[0] < item.end and span[1] > item.start]
    same = next((span for span in touching if span[2] == item.type), None)
    if same:
        start, end, _ = same
        return Verdict(id=item.id, verdict=Judgement.WRONG_BOUNDARY, start=start, end=end)
    place = (item.start, item.end)
    other = next((span for span in touching if span[:2] == place), None)
    if other:
        return Verdict(id=item.id, verdict=Judgement.WRONG_TYPE, type=other[2])
    return Verdict(id=item.id, verdict=Judgement.NO_ENTITY)


def with_mistakes(verdict: Verdict, share: float, seed: str) -> Verdict:
    """Return the verdict or, in a share of the cases, another one."""
    draw = random.Random(f"{seed}{verdict.id}")
    if draw.random() >= share:
        return verdict
    others = [each for each in Judgement if each != verdict.verdict]
    return Verdict(id=verdict.id, verdict=draw.choice(others))


def write_assessors(
    sample: Path, gold: CorpusSplit, folder: Path, *, mistakes: float
) -> list[Path]:
    """Write a verdict file for each assessor of a sample; return the paths."""
    items = read_items(sample / ITEMS)
    spans = gold_spans(items.items, gold)
    paths = []
    for number in items.assessors:
        name = f"made up {chr(ord('A') + number - 1)}"
        verdicts = tuple(
            with_mistakes(true_verdict(item, spans[item.id]), mistakes, name)
            for item in items.of(number)
        )
        paths.append(folder / f"{name.replace(' ', '-')}.json")
        file = VerdictFile(sample=items.digest, assessor=name, verdicts=verdicts)
        write_verdicts(paths[-1], file)
    return paths


def main() -> None:
    """Write the verdicts."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("sample", type=Path, help="folder of the sample")
    parser.add_argument("--gold", required=True, help="harmonised corpus that the texts are from")
    parser.add_argument("--split", default="test")
    parser.add_argument("--mistakes", type=float, default=0.08, help="share of wrong verdicts")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder to write to")
    given = parser.parse_args()
    gold = Corpus(HARMONIZED, given.gold).split(given.split)
    for path in write_assessors(given.sample, gold, given.output, mistakes=given.mistakes):
        print(path)


if __name__ == "__main__":
    main()
