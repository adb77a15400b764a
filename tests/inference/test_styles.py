import pytest

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.inference.styles import checked_style, merged_score
from sru_ner.model.prediction import Prediction

LABELS = ["a$Disease", "b$Disease", "c$Disease"]


def given(*scores: tuple[str, float, bool]) -> list[Prediction]:
    return [Prediction(0, 1, f"{source}$Disease", score, found) for source, score, found in scores]


SURE = given(("a", 0.9, True), ("b", 0.7, True), ("c", 0.2, False))
ALONE = given(("a", 0.3, False), ("b", 0.6, True), ("c", 0.2, False))


@pytest.mark.parametrize(
    ("style", "sure", "alone"),
    [
        ("any", (0.9, ("a$Disease", "b$Disease")), (0.6, ("b$Disease",))),
        ("mean", (0.6, ("a$Disease", "b$Disease")), None),
        ("vote", (0.8, ("a$Disease", "b$Disease")), None),
        ("a", (0.9, ("a$Disease",)), None),
        ("b", (0.7, ("b$Disease",)), (0.6, ("b$Disease",))),
        ("c", None, None),
        # A source that does not annotate the type has no say.
        ("d", (0.9, ("a$Disease", "b$Disease")), (0.6, ("b$Disease",))),
    ],
)
def test_a_style_says_whose_mentions_are_returned(style, sure, alone) -> None:
    for predictions, expected in ((SURE, sure), (ALONE, alone)):
        found = merged_score(predictions, style, LABELS)
        if expected is None:
            assert found is None
        else:
            assert found == (pytest.approx(expected[0]), expected[1])


def test_half_of_the_votes_are_not_enough() -> None:
    assert merged_score(given(("a", 0.9, True)), "vote", ["a$Disease", "b$Disease"]) is None
    assert merged_score(given(("a", 0.9, True)), "vote", ["a$Disease"]) == (0.9, ("a$Disease",))


def test_a_style_that_the_model_does_not_have_is_refused() -> None:
    for style in ("any", "mean", "vote", "a"):
        assert checked_style(style, LABELS) == style
    with pytest.raises(UnknownNameError, match=r"no style 'd'\.(.|\n)*a, any, b, c, mean, vote"):
        checked_style("d", LABELS)
    assert checked_style("any", ["Disease"]) == "any"
    for style in ("mean", "vote", "a"):
        with pytest.raises(InputError, match=r"merged types(.|\n)*types: separate"):
            checked_style(style, ["Disease"])
