from dataclasses import replace

import pyarrow as pa
import pytest

from sru_ner.dataset.schema import SPANS
from sru_ner.dataset.sentences import Mention, Sentence
from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.decisions.counts import Counts
from sru_ner.decisions.exact_match import count_exact, decide
from sru_ner.decisions.predicted_mentions import PredictedMention
from sru_ner.decisions.table import SCHEMA
from sru_ner.errors import InputError
from tests.decisions.material import INVENTORIES, LABELS, Predicted


def gold(*mentions, **more):
    rows = [
        {
            "source": "t",
            "split": "test",
            "document_id": "d",
            "sentence_id": 0,
            "span_id": i,
            "start": start,
            "end": end,
            "text": "gold",
            "type": type_,
            "source_type": type_,
            "depth": 0,
            "crosses_sentence": False,
            "fits_words": True,
            **more,
        }
        for i, (start, end, type_) in enumerate(mentions)
    ]
    return pa.Table.from_pylist(rows, schema=SPANS)


def prediction(start, end, label, score=0.9):
    return PredictedMention("d", 0, start, end, "found", label, score)


def decided(
    gold_table,
    predictions,
    *,
    tested="new",
    inventory=("Disease",),
    labels=LABELS,
    covers=None,
    **more,
):
    table = decide(
        gold_table,
        predictions,
        model="m",
        tested=tested,
        split="test",
        inventory=TypeInventory(tested, inventory, covers or {}),
        annotated=more.get("annotated", {}),
        labels=labels,
        inventories=INVENTORIES,
    )
    assert table.schema.equals(SCHEMA)
    return table.to_pylist()


def test_a_source_the_model_learned_from_counts_under_its_own_labels_only():
    rows = decided(
        gold((0, 4, "Disease"), (5, 9, "Disease")),
        [
            prediction(0, 4, "both$Disease"),
            prediction(5, 9, "dis$Disease"),
            prediction(7, 9, "both$Disease"),
        ],
        tested="dis",
    )
    assert [(r["start"], r["gold"], r["predicted"]) for r in rows] == [
        (0, True, False),
        (5, True, True),
    ]


def test_several_labels_of_one_type_are_one_prediction_with_the_highest_score():
    (row,) = decided(
        gold((0, 4, "Disease")),
        [prediction(0, 4, "dis$Disease", 0.6), prediction(0, 4, "both$Disease", 0.8)],
    )
    assert row["labels"] == ["both$Disease", "dis$Disease"]
    assert row["score"] == pytest.approx(0.8)
    assert (row["gold"], row["predicted"], row["known"], row["in_inventory"]) == (True,) * 4
    assert row["text"] == "gold"


@pytest.mark.parametrize("other", [(0, 5, "Disease"), (1, 4, "Disease"), (0, 4, "Chemical")])
def test_only_an_exact_match_is_one_row(other):
    start, end, type_ = other
    rows = decided(gold((0, 4, "Disease")), [prediction(start, end, f"both${type_}")])
    assert sorted((r["gold"], r["predicted"]) for r in rows) == [(False, True), (True, False)]


def test_types_outside_the_inventory_are_kept_aside():
    (row,) = decided(gold(), [prediction(0, 4, "chem$Chemical")])
    assert (row["in_inventory"], row["known"], row["gold"], row["predicted"]) == (
        False,
        True,
        False,
        True,
    )
    assert row["fits_words"] is None


def test_a_type_the_model_does_not_have_is_not_known():
    (row,) = decided(gold((0, 4, "Species")), [], inventory=("Species",))
    assert (row["known"], row["predicted"], row["score"], row["labels"]) == (False, False, None, [])


@pytest.mark.parametrize("why", [{"fits_words": False}, {"crosses_sentence": True}])
def test_mentions_that_cannot_be_expressed_stay_gold(why):
    (row,) = decided(gold((0, 4, "Disease"), **why), [])
    assert row["gold"]
    assert {name: row[name] for name in why} == why


def test_the_same_gold_mention_twice_is_one():
    assert len(decided(gold((0, 4, "Disease"), (0, 4, "Disease")), [])) == 1


def test_rows_are_sorted_and_do_not_depend_on_the_order_of_predictions():
    mentions = gold((5, 9, "Disease"), (0, 4, "Disease"))
    predictions = [
        prediction(0, 9, "dis$Disease", 0.7),
        prediction(5, 9, "dis$Disease", 0.6),
        prediction(5, 9, "both$Disease", 0.9),
        prediction(0, 9, "chem$Chemical"),
    ]
    rows = decided(mentions, predictions)
    assert [(r["start"], r["end"], r["type"]) for r in rows] == [
        (0, 9, "Chemical"),
        (0, 9, "Disease"),
        (0, 4, "Disease"),
        (5, 9, "Disease"),
    ]
    assert rows == decided(mentions, predictions[::-1])


def test_a_gold_type_outside_the_inventory_is_refused():
    with pytest.raises(InputError, match=r"'Chemical'.*inventory \(Disease\)"):
        decided(gold((0, 4, "Chemical")), [])


def test_a_finer_type_than_the_corpus_marks_is_not_wrong_there():
    rows = decided(
        gold((0, 4, "Cell")),
        [prediction(0, 4, "fine$Cell_Line"), prediction(5, 9, "fine$Cell_Line")],
        inventory=("Cell",),
        covers={"Cell": ("Cell_Line",)},
        labels=["fine$Cell_Line"],
    )
    predicted = [row for row in rows if row["predicted"]]
    assert [row["in_inventory"] for row in predicted] == [False, False]
    assert [row["type"] for row in rows if row["in_inventory"]] == ["Cell"]


def test_what_was_not_marked_in_a_document_is_not_scored_there():
    found = [prediction(0, 4, "both$Chemical"), prediction(0, 4, "both$Disease")]
    inventory = ("Chemical", "Disease")
    rows = decided(gold(), found, inventory=inventory, annotated={"d": ("Disease",)})
    assert {row["type"]: row["in_inventory"] for row in rows} == {
        "Chemical": False,
        "Disease": True,
    }
    with pytest.raises(InputError, match=r"'Chemical'.*inventory \(Disease\)"):
        decided(gold((0, 4, "Chemical")), [], inventory=inventory, annotated={"d": ("Disease",)})


def test_predictions_in_words_are_counted_over_the_types_of_their_document():
    sentence = Sentence(
        source="both",
        split="dev",
        document_id="d",
        sentence_id=0,
        text="a b c",
        start=0,
        words=((0, 1), (2, 3), (4, 5)),
        mentions=(Mention(0, 1, "Chemical"), Mention(1, 3, "Disease")),
    )
    found = [
        Predicted(0, 1, "both$Chemical", 0.9),
        Predicted(1, 2, "both$Disease", 0.9),
        # The label of another source does not count for a type that was learned from this one.
        Predicted(1, 3, "dis$Disease", 0.9),
    ]
    given = {"source": "both", "labels": LABELS, "inventories": INVENTORIES}
    assert count_exact([sentence], [found], **given) == {
        "Chemical": Counts(tp=1),
        "Disease": Counts(fp=1, fn=1),
    }
    only_chemicals = replace(
        sentence, mentions=sentence.mentions[:1], annotated_types=("Chemical",)
    )
    assert count_exact([sentence, only_chemicals], [found, found], **given) == {
        "Chemical": Counts(tp=2),
        "Disease": Counts(fp=1, fn=1),
    }
    judged = replace(
        only_chemicals,
        annotated_types=(),
        judged=(Mention(0, 1, "Chemical"), Mention(1, 2, "Disease")),
    )
    assert count_exact([judged], [found], **given) == {
        "Chemical": Counts(tp=1),
        "Disease": Counts(fp=1),
    }
    merged = {"source": "dis", "labels": ["Chemical", "Disease"], "inventories": INVENTORIES}
    merged_found = [Predicted(1, 3, "Disease", 0.9), Predicted(0, 1, "Chemical", 0.9)]
    assert count_exact([sentence], [merged_found], **merged) == {
        "Chemical": Counts(fn=1),
        "Disease": Counts(tp=1),
    }
    assert count_exact([], [], **given) == {"Chemical": Counts(), "Disease": Counts()}
