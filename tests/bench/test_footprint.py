from pathlib import Path

import pytest

from bench import footprint
from bench.material import Material


def test_it_is_that_of_a_process_of_its_own(
    harmonized: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ballast = b"x" * 800_000_000  # what this process holds is not counted
    monkeypatch.setattr(footprint, "_FIRST", "import time; time.sleep(0.2)")
    material = Material(harmonized, ("chemicals", "diseases"))
    first, peak = footprint.measure(material, tiny_model, abstracts=7, repeats=1)
    assert first.value > 0.2
    assert "importing torch alone: " in first.detail
    assert len(ballast) > 1e6 * peak.value > 1e8
    assert "of 7 abstracts" in peak.detail
