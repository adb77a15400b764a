"""The figures of a GPU are measured, here with encoders that take no time on a CPU."""

from pathlib import Path

import pytest
import torch

from bench import gpu
from bench.material import Material


def test_each_size_is_trained_and_annotates(harmonized: Path, tmp_path: Path) -> None:
    material = Material(harmonized, ("chemicals", "diseases"))
    tiny = {"Tiny": {"width": 32, "layers": 1, "heads": 2}}
    rows = list(gpu.measure(material, tmp_path, tiny, steps=2, sentences=4, repeats=1))
    assert [row.name for row in rows] == [
        "whole training step, Tiny, 16 sentences, bf16",
        "annotation, Tiny in bf16, from strings to spans",
    ]
    assert all(row.value is not None and row.value > 0 for row in rows)
    gpu.write_report(tmp_path / "gpu.md", rows)
    assert (tmp_path / "gpu.md").read_text().count("Tiny") == 2


def test_without_a_gpu_nothing_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert gpu.main() == 2
    assert "no GPU" in capsys.readouterr().err
