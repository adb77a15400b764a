"""The code of the tutorial runs, with a tiny model in place of the demo's."""

import re
from pathlib import Path

import pytest

TUTORIAL = Path(__file__).parents[1] / "docs/tutorial/use-a-model.md"


def test_the_code_of_use_a_model_runs(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    (tmp_path / "models/demo").mkdir(parents=True)
    (tmp_path / "models/demo/together_dynamic").symlink_to(tiny_model)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SRU_NER_MODEL", "models/demo/together_dynamic")
    blocks = re.findall(r"```python\n(.*?)```", TUTORIAL.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    for number, block in enumerate(blocks):
        exec(compile(block, f"{TUTORIAL.name}, block {number}", "exec"), names)
    shown = capsys.readouterr().out
    assert "0 7 Aspirin Chemical" in shown
    assert "Did you mean 'Chemical'?" in shown
    assert "'entity_group': 'Chemical'" in shown
    assert "(Aspirin, headache)" in shown
    assert "[('Aspirin', 0." in shown
    assert "('Chemical', 'Disease')" in shown
    assert "mention_type" in shown
    assert "<div" in str(names["html"])
