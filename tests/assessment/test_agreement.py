import numpy as np
import pytest

from sru_ner.assessment.agreement import agreement
from sru_ner.assessment.items import Item, item_id, make_items
from sru_ner.assessment.judgements import Judgements
from sru_ner.assessment.verdicts import Judgement, Verdict

C, T, B, N, U = Judgement


def judge(*rows):
    """Rows of verdicts: an item each, an assessor a column; None where there is none."""
    items = [
        Item(id=item_id("x", 0, 1, str(n)), document="", before="", text="x", after="", start=0,
             end=1, type=str(n), shared=True, assessors=tuple(range(1, len(row) + 1)))
        for n, row in enumerate(rows)
    ]  # fmt: skip
    by_assessor = {
        "ABCDEFG"[column]: {
            item.id: Verdict(id=item.id, verdict=row[column])
            for item, row in zip(items, rows, strict=True)
            if row[column] is not None
        }
        for column in range(len(rows[0]))
    }
    return Judgements(make_items(items), by_assessor)


def test_cohens_kappa_is_that_of_the_textbook():
    # 20 and 15 of 50 agree, 5 and 10 do not: p_o = 0.7, p_e = 0.5, kappa = 0.4 (Wikipedia).
    rows = [(C, C)] * 20 + [(C, N)] * 5 + [(N, C)] * 10 + [(N, N)] * 15
    whole, binary = agreement(judge(*rows))
    for each in (whole, binary):
        ((one, two, items, kappa),) = each.cohen
        assert (one, two, items) == ("A", "B", 50)
        assert kappa.value == pytest.approx(0.4)
        assert 0.1 < kappa.low < 0.4 < kappa.high < 0.7
        assert each.raw.value == pytest.approx(0.7)
        assert each.raw.low < 0.7 < each.raw.high


def test_krippendorffs_alpha_takes_missing_verdicts():
    # Krippendorff's own example of nominal data with four observers: alpha = 0.743.
    given = [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
        [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
    ]
    names = {None: None, **dict(enumerate(Judgement, start=1))}
    rows = [tuple(names[value] for value in row) for row in zip(*given, strict=True)]
    whole, _ = agreement(judge(*rows))
    assert whole.items == 11  # one item has one verdict
    assert whole.alpha.value == pytest.approx(0.743, abs=0.001)
    assert whole.alpha.low < 0.743 < whole.alpha.high


def test_fleiss_kappa_is_that_of_the_textbook():
    # Fleiss (1971) as on Wikipedia: 10 items, 14 raters, 5 verdicts, kappa = 0.210.
    counts = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    from sru_ner.assessment.agreement import _fleiss

    assert _fleiss(np.array(counts)) == pytest.approx(0.210, abs=0.001)


def test_one_verdict_for_everything_has_no_kappa():
    whole, _ = agreement(judge((C, C), (C, C)))
    assert (whole.raw.value, whole.fleiss, whole.alpha) == (1, None, None)
    assert whole.cohen[0][3] is None


def test_unsure_is_open_on_the_scale_of_two():
    whole, binary = agreement(judge((C, C), (N, U), (N, B)))
    assert (whole.items, binary.items, binary.raw.value) == (3, 2, 1)


def test_without_two_verdicts_there_is_no_agreement():
    assert agreement(judge((C, None), (None, C))) == []
    assert agreement(judge((C,))) == []
