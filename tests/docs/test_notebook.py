"""The notebook runs from top to bottom, and shows what its cells gave."""

import ast
import json
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT

NOTEBOOK = ROOT / "docs/tutorial/first-look.ipynb"


def cells() -> list[dict]:
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    assert notebook["nbformat"] == 4
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_all_cells_run(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SRU_NER_MODEL", str(tiny_model))
    names: dict[str, object] = {}
    last: object = None
    for number, cell in enumerate(cells()):
        code = ast.parse("".join(cell["source"]), f"cell {number}")
        shown = code.body.pop()
        exec(compile(code, f"cell {number}", "exec"), names)
        assert isinstance(shown, ast.Expr), "a cell ends with what it shows"
        last = eval(compile(ast.Expression(shown.value), f"cell {number}", "eval"), names)
    assert last == {
        "Chemical": 1,
        "Disease": 1,
    }  # what the tiny model finds in the last cell's texts


def test_cells_were_run_in_order_and_their_results_are_kept() -> None:
    assert [cell["execution_count"] for cell in cells()] == [*range(1, len(cells()) + 1)]
    assert [cell for cell in cells() if not cell["outputs"]] == []
