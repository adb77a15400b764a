"""Items with nested mentions, hostile text and a sentence around; candidates to draw from."""

from collections.abc import Sequence

import pytest

from sru_ner.assessment.candidates import Candidate
from sru_ner.assessment.items import Item, Items, item_id, make_items

TEXT = "=𝛼-Synuclein causes <b>Parkinson disease</b>\nin mice & e\u0301lan."


def make_item(text: str, mention: str, type_: str, **rest: object) -> Item:
    start = text.index(mention)
    end = start + len(mention)
    values = {"document": "d1", "before": "", "after": "", "shared": True, "assessors": (1, 2)}
    return Item.model_validate(
        {
            "id": item_id(text, start, end, type_),
            "text": text, "start": start, "end": end, "type": type_, **values, **rest,
        }
    )  # fmt: skip


@pytest.fixture(scope="session")
def items() -> Items:
    return make_items(
        [
            make_item(TEXT, "𝛼-Synuclein", "Gene", before="One came before.", after="It ended."),
            make_item(TEXT, "Synuclein", "Gene"),
            make_item(TEXT, "Parkinson disease", "Disease", before="\x0bOdd."),
            make_item(TEXT, "mice", "Cell line"),
            make_item("+Mice ran.", "Mice", "Species"),
        ]
    )


@pytest.fixture(scope="session")
def candidates_of():
    """Make candidates, each in a sentence of its own, from (model, type, score, seen)."""

    def make(rows: Sequence[tuple]) -> list[Candidate]:
        return [
            Candidate(
                model=model,
                source="notes",
                document=f"d{number}",
                before="",
                text=f"{word} number {number}",
                after="",
                start=0,
                end=len(word),
                type=type_,
                score=score,
                seen=seen,
            )
            for number, (model, type_, score, seen) in enumerate(rows)
            for word in ["Mention"]
        ]

    return make
