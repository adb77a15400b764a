from pathlib import Path

import pytest

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.integrations.model_figures import read_figures, read_unseen, weaknesses
from tests.integrations.small_evaluation import write_evaluation


@pytest.fixture
def evaluation(tmp_path: Path) -> Path:
    return write_evaluation(tmp_path / "small")


def test_the_figures_of_one_model_have_intervals(evaluation: Path) -> None:
    figures = read_figures(evaluation, "both")
    assert (figures["suite"], figures["split"]) == ("small", "test")
    assert [(row["corpus"], row["gold"], row["low"]) for row in figures["corpora"]] == [
        ("one", 240, 0.61),
        ("two", 150, 0.61),
    ]
    # Gene of corpus two is left out: the model does not know it.
    assert [(row["corpus"], row["type"], row["high"]) for row in figures["types"]] == [
        ("one", "Chemical", 0.45),
        ("one", "Disease", 0.45),
        ("two", "Disease", 0.45),
    ]
    assert figures["types"][2]["precision"] is None


def test_only_corpora_that_a_model_did_not_learn_from_are_unseen(evaluation: Path) -> None:
    assert [(row["model"], row["corpus"]) for row in read_unseen(evaluation)] == [("other", "two")]


def test_weak_types_are_named_in_plain_words_the_worst_first(evaluation: Path) -> None:
    types = read_figures(evaluation, "both")["types"]
    assert weaknesses(types) == [
        "Disease in `two`: the model finds none of 150 mentions.",
        "Disease in `one`: the model finds 10 of 40 mentions, and 50 % of what it marks is wrong.",
    ]
    few = [{**types[0], "gold": 12}]
    assert weaknesses(few) == [
        "Chemical in `one`: there are only 12 mentions in the test, so the figure is uncertain."
    ]


def test_what_is_not_there_is_named(evaluation: Path, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="'third'"):
        read_figures(evaluation, "third")
    with pytest.raises(UnknownNameError, match="'None'"):
        read_figures(evaluation, None)
    with pytest.raises(InputError, match=r"matrix\.json: the file cannot be read"):
        read_figures(tmp_path, "both")
    (evaluation.parent / "training/other/metrics.json").unlink()
    with pytest.raises(InputError, match=r"other/metrics\.json: .*[\s\S]*run the suite again"):
        read_unseen(evaluation)
