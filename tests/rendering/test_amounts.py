import pytest

from sru_ner.rendering.amounts import counted, percent


@pytest.mark.parametrize(
    ("ratio", "decimals", "shown"),
    [(0.1234, 1, "12.3"), (0.1234, 2, "12.34"), (0.5, 0, "50"), (1.0, 1, "100.0"), (None, 1, "–")],
)
def test_percent(ratio, decimals, shown):
    assert percent(ratio, decimals=decimals) == shown


def test_counted_things_have_the_right_plural():
    assert [counted(n, "model") for n in (0, 1, 2)] == ["0 models", "1 model", "2 models"]
    assert counted(1200, "corpus", "corpora") == "1,200 corpora"
    assert counted(1, "corpus", "corpora") == "1 corpus"
