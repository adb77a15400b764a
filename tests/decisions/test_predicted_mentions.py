import pytest

from sru_ner.dataset.sentences import Sentence
from sru_ner.decisions.predicted_mentions import PredictedMention, eligible_labels, in_document
from tests.decisions.material import INVENTORIES, LABELS, Predicted


def test_a_prediction_in_words_is_placed_in_the_document():
    sentence = Sentence(
        source="t",
        split="test",
        document_id="d",
        sentence_id=3,
        text="α-synuclein, p53",
        start=40,
        words=((40, 41), (41, 42), (42, 51), (51, 52), (53, 56)),
        mentions=(),
    )
    found = list(
        in_document(sentence, [Predicted(0, 3, "Gene", 0.75), Predicted(4, 5, "Gene", 0.5)])
    )
    assert found == [
        PredictedMention("d", 3, 40, 51, "α-synuclein", "Gene", 0.75),
        PredictedMention("d", 3, 53, 56, "p53", "Gene", 0.5),
    ]


@pytest.mark.parametrize(
    ("tested", "expected"),
    [
        # Disease counts under its own label; `dis` never annotated Chemical: all its labels count.
        ("dis", {"dis$Disease", "chem$Chemical", "both$Chemical"}),
        ("both", {"both$Chemical", "both$Disease"}),
        ("new", set(LABELS)),
    ],
)
def test_which_labels_count_on_a_source(tested, expected):
    assert eligible_labels(LABELS, INVENTORIES, tested) == expected


def test_merged_labels_always_count():
    assert eligible_labels(["Chemical", "Disease"], INVENTORIES, "chem") == {
        "Chemical",
        "Disease",
    }
