import logging
from types import SimpleNamespace

import pytest

from sru_ner.settings.sections import TrainSettings
from sru_ner.training.dev_scores import DEV_COUNTS
from sru_ner.training.rarely_found import RarelyFound, rarely_found, warn_of_rarely_found

ENTRY = {
    DEV_COUNTS: {
        "linnaeus": {"Species": [3, 1, 328]},
        "biored": {
            "Cell_Line": [0, 0, 9],  # too few to tell
            "Chromosome": [0, 4, 0],
            "Gene": [300, 20, 391],
            "Species": [5, 0, 100],
            "Variant": [4, 0, 100],
        },
    }
}


def test_types_with_next_to_no_recall_are_described() -> None:
    assert rarely_found(ENTRY) == [
        "4 of 100 mentions of Variant in biored",
        "3 of 328 mentions of Species in linnaeus",
    ]
    assert rarely_found({DEV_COUNTS: {}}) == []


@pytest.mark.parametrize(
    ("settings", "says", "not_said"),
    [
        ({}, ["mention_share (it is 0)", "more epochs (it had 4)"], "exclusive_above"),
        ({"mention_share": 0.9}, ["more epochs"], "mention_share"),
        ({"exclusive": "observed"}, ["exclusive_above (it is 0.5)", "mention_share"], "weights"),
    ],
)
def test_a_warning_names_type_source_and_remedy(caplog, settings, says, not_said) -> None:
    with caplog.at_level(logging.WARNING):
        warn_of_rarely_found(ENTRY, TrainSettings(**settings), subject="After epoch 2, the model")
    [text] = caplog.messages
    assert text.startswith("After epoch 2, the model hardly finds some types on dev: 4 of 100")
    assert "3 of 328 mentions of Species in linnaeus" in text
    assert all(part in text for part in says)
    assert not_said not in text


def test_a_model_that_finds_all_types_is_no_reason_to_warn(caplog) -> None:
    entry = {DEV_COUNTS: {"biored": {"Gene": [300, 20, 391]}}}
    with caplog.at_level(logging.WARNING):
        warn_of_rarely_found(entry, TrainSettings(), subject="The model")
    assert caplog.messages == []


def test_a_training_warns_once_and_not_in_its_first_epochs(caplog) -> None:
    callback = RarelyFound(TrainSettings(epochs=8))
    for epoch in range(1, 9):
        state = SimpleNamespace(epoch=float(epoch), is_world_process_zero=True)
        callback.on_log(None, state, None, ENTRY)
        callback.on_log(None, state, None, {"loss": 1.0})
    assert [text.split(",")[0] for text in caplog.messages] == ["After epoch 3"]
