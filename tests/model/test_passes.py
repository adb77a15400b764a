import math
from pathlib import Path
from typing import Any

import pytest
import torch

from sru_ner.inference.loading import load
from sru_ner.model import passes
from sru_ner.model.prediction import predict_words


def test_passes_are_bounded_and_do_not_change_the_result(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, tokenizer = load(tiny_model, "cpu")
    sentences = [["mice"] * length for length in (30, 1, 12, 7, 7, 25, 3)]
    before = predict_words(model, tokenizer, sentences)
    decode = model.decode
    seen: list[list[torch.Size]] = []

    def watched(*passes: dict[str, torch.Tensor], same_type: bool) -> Any:
        seen.append([inputs["input_ids"].shape for inputs in passes])
        return decode(*passes, same_type=same_type)

    monkeypatch.setattr(model, "decode", watched)
    monkeypatch.setattr(passes, "_ON_CPU", passes._Limits(tokens=64, slots=60))
    after = predict_words(model, tokenizer, sentences)
    for one, other in zip(before, after, strict=True):
        assert [p[:3] for p in one] == [p[:3] for p in other]
        assert [p.score for p in one] == pytest.approx([p.score for p in other])
    rows = [[size[0] for size in group] for group in seen]
    assert sum(map(sum, rows)) == len(sentences)
    assert all(math.prod(size) <= 64 for group in seen for size in group)
    assert rows[0] == [2]  # 30 and 25 words
    assert max(map(len, rows)) > 1
