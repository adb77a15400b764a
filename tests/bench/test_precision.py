"""Every variant is measured, or the report says why not; here with a model that takes no time."""

from pathlib import Path

import pytest

from bench import precision
from bench.material import Material
from sru_ner.errors import SruNerError


def test_all_variants_are_measured(
    harmonized: Path, tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("onnxruntime", reason="the extra sru-ner[onnx] is not installed")

    def impossible(model: Path, scratch: Path) -> None:
        raise SruNerError("not on this machine")

    monkeypatch.setattr(precision, "_VARIANTS", {**precision._VARIANTS, "another": impossible})
    material = Material(harmonized, ("chemicals", "diseases"))
    missing, *rows = precision.measure(
        material, tiny_model, harmonized, tmp_path, sentences=4, repeats=1
    )
    assert (missing.value, missing.detail) == (None, "not on this machine")
    measured = {row.name for row in rows}
    int8 = [name for name in measured if "int8" in name and name.endswith(", speed")]
    assert len(int8) == 3
    for variant in ("bf16 weights", "the encoder in ONNX", "the encoder by torch.export"):
        for title in ("speed", "speed of a single sentence"):
            assert f"annotation with {variant}, {title}" in measured
    assert all(row.value is not None and row.value > 0 for row in rows)
