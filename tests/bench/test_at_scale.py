from pathlib import Path

import pytest

from bench.at_scale import _one_core, _written, memory_by_tenths
from bench.timing import in_fresh_process

SENTENCE = "Aspirin treats headache in mice. The unknown headache - aspirin. Mice."


@pytest.mark.pipeline
def test_memory_does_not_grow_with_the_shard(tiny_model: Path, tmp_path: Path) -> None:
    file = _written([SENTENCE] * 1000, tmp_path / "texts.jsonl")
    peaks = in_fresh_process(memory_by_tenths, tiny_model, file, 1000)
    assert len(peaks) == 10
    assert peaks[-1] <= 1.05 * peaks[1]


def test_speed_of_one_core_is_of_all_documents(tiny_model: Path, tmp_path: Path) -> None:
    file = _written([SENTENCE] * 8, tmp_path / "texts.jsonl")
    seconds, record = _one_core(tiny_model, file)
    assert seconds > 0
    assert record["documents"] == 8
    assert record["spans"] >= 8
