"""The page about Python is made from the docstrings, and says what each public name takes."""

import importlib

from tools.python_page import PAGE, PUBLIC, page


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tools.python_page`"


def test_every_public_name_has_a_docstring_and_a_section() -> None:
    shown = page()
    names = [(m, n) for modules in PUBLIC.values() for m, each in modules.items() for n in each]
    assert len(names) > 10
    assert [n for m, n in names if not getattr(importlib.import_module(m), n).__doc__] == []
    assert [n for _, n in names if f"\n### `{n}`\n" not in shown] == []


def test_parameters_are_shown_with_their_meaning() -> None:
    shown = page()
    assert '\n    style: str = "any",\n' in shown.replace("'", '"')
    assert "\n- `batch_size`: sentences per pass of the encoder.\n" in shown
    assert "\n- `start: int` – Code point offset of the first character.\n" in shown
