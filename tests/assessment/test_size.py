import pytest

from sru_ner.assessment.size import items_needed
from sru_ner.errors import InputError


@pytest.mark.parametrize(
    ("within", "precision", "population", "number"),
    # 1.96² · p · (1 − p) / within², and for N = 1,000: n / (1 + (n − 1) / N)
    [(0.05, 0.5, None, 385), (0.05, 0.8, None, 246), (0.05, 0.5, 1000, 278), (0.01, 0.5, 50, 50)],
)
def test_the_number_is_that_of_the_textbook(within, precision, population, number):
    assert items_needed(within, precision=precision, population=population) == number


@pytest.mark.parametrize("values", [{"within": 0}, {"within": 0.1, "precision": 1}])
def test_shares_outside_0_and_1_are_refused(values):
    with pytest.raises(InputError, match="has to be between 0 and 1"):
        items_needed(**values)
