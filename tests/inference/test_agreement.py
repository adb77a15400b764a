from pathlib import Path

import pytest

from sru_ner import Annotator
from sru_ner.errors import InputError
from sru_ner.inference.agreement import compare, sample_texts

TEXTS = ["Aspirin treats headache in mice. The unknown headache!", "", "headache", "mice " * 90]


def test_spans_and_logits_that_differ_are_refused(tiny_model: Path) -> None:
    """Logits that differ too much are refused even if the spans are the same."""
    original, other = (Annotator.load(tiny_model, device="cpu") for _ in range(2))
    other.model.sru.mlp[2].bias.data += 1e-4
    agreement = compare(original, other, TEXTS)
    assert agreement.largest_difference == pytest.approx(1e-4, rel=0.1)
    other.model.sru.mlp[2].bias.data += 0.01
    with pytest.raises(InputError, match=r"logits differ by 0\.01"):
        compare(original, other, TEXTS)
    other.model.sru.mlp[2].bias.data[2:] -= 5
    with pytest.raises(InputError, match="the exported model differs: it finds None instead of"):
        compare(original, other, TEXTS)


def test_made_up_texts_fill_windows_and_have_odd_ends() -> None:
    texts = sample_texts()
    assert max(map(len, texts)) > 2000
    assert texts[-2:] == ["mice", ""]
