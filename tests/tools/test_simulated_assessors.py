import pytest

from sru_ner.assessment.items import Item
from sru_ner.assessment.verdicts import Judgement, Verdict
from tools.simulated_assessors import true_verdict, with_mistakes

ITEM = Item(
    id="9f", document="d", before="", text="liver cancer", after="", start=6, end=12,
    type="Disease", shared=True, assessors=(1,),
)  # fmt: skip


@pytest.mark.parametrize(
    ("gold", "verdict", "more"),
    [
        ([(6, 12, "Disease"), (0, 12, "Disease")], "correct", {}),
        ([(0, 12, "Disease")], "wrong_boundary", {"start": 0, "end": 12}),
        ([(6, 12, "Organ")], "wrong_type", {"type": "Organ"}),
        ([(0, 12, "Organ")], "no_entity", {}),
        ([(0, 5, "Disease")], "no_entity", {}),
        ([], "no_entity", {}),
    ],
)
def test_gold_mentions_give_the_verdict(gold, verdict, more):
    assert true_verdict(ITEM, gold) == Verdict(id="9f", verdict=Judgement(verdict), **more)


def test_mistakes_are_made_in_their_share_and_are_the_same_each_time():
    right = [Verdict(id=str(n), verdict=Judgement.CORRECT) for n in range(1000)]
    made = [with_mistakes(verdict, 0.1, "A") for verdict in right]
    wrong = sum(verdict.verdict != Judgement.CORRECT for verdict in made)
    assert 60 < wrong < 140
    assert made == [with_mistakes(verdict, 0.1, "A") for verdict in right]
    assert made != [with_mistakes(verdict, 0.1, "B") for verdict in right]
    assert [with_mistakes(verdict, 0, "A") for verdict in right] == right
