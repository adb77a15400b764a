import pytest

from sru_ner.corpora.readers.json_values import check_characters, kind_of, refuse_constant
from sru_ner.corpora.readers.raw import MalformedError


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "null"),
        (True, "a truth value"),
        (1, "a whole number"),
        (1.5, "a number"),
        ("1", "a string"),
        ([1], "a list"),
        ({"a": 1}, "an object"),
    ],
)
def test_the_kind_of_a_value_in_words(value: object, kind: str) -> None:
    assert kind_of(value) == kind


def test_a_number_that_json_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="NaN is not a JSON number"):
        refuse_constant("NaN")


def test_half_a_surrogate_pair_is_refused() -> None:
    check_characters("𝛼")
    with pytest.raises(MalformedError, match="half a surrogate pair"):
        check_characters("\ud835")
