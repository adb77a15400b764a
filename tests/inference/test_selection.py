import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.inference.selection import lowest_scores

KNOWN = ["Chemical", "Disease"]


def test_types_and_thresholds_become_one_table() -> None:
    assert lowest_scores(KNOWN, types=None, threshold=0.7) == {"Chemical": 0.7, "Disease": 0.7}
    assert lowest_scores(KNOWN, types=["Disease"], threshold=0.7) == {"Disease": 0.7}
    assert lowest_scores(KNOWN, types="Disease", threshold=0) == {"Disease": 0.0}
    assert lowest_scores(KNOWN, types=[], threshold=0.7) == {}
    only = lowest_scores(KNOWN, types=None, threshold={"Chemical": 1})
    assert only == {"Chemical": 1.0, "Disease": 0.5}


@pytest.fixture
def tuned(tmp_path: Path) -> Callable[..., Path]:
    """Writes what an evaluation would have written about some models."""

    def write(**models: object) -> Path:
        file = tmp_path / "thresholds.json"
        content = {"schema_version": 1, "tuned_on": "dev", "models": models}
        file.write_text(json.dumps(content), encoding="utf-8")
        return file

    return write


def test_thresholds_come_from_an_evaluation(tuned: Callable[..., Path]) -> None:
    file = tuned(a={"default": 0.6, "types": {"Chemical": 0.9}})
    for path in (file, str(file)):
        found = lowest_scores(KNOWN, types=None, threshold=path)
        assert found == {"Chemical": 0.9, "Disease": 0.6}
    file = tuned(a={"default": 0.6, "types": {}}, b={"default": 0.7, "types": {}})
    found = lowest_scores(KNOWN, types=["Disease"], threshold=file, model="b")
    assert found == {"Disease": 0.7}


def test_a_file_may_hold_a_mapping_from_types(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text('{"Disease": 0.8}', encoding="utf-8")
    for model in (None, "a"):
        found = lowest_scores(KNOWN, types=None, threshold=file, model=model)
        assert found == {"Chemical": 0.5, "Disease": 0.8}
    file.write_text('{"models": 0.8}', encoding="utf-8")
    assert lowest_scores(["models"], types=None, threshold=file) == {"models": 0.8}
    file.write_text('{"Diseases": 0.8}', encoding="utf-8")
    with pytest.raises(
        UnknownNameError, match=r"mine\.json: there is no type 'Diseases'\. Did you"
    ):
        lowest_scores(KNOWN, types=None, threshold=file)
    file.write_text('{"Disease": 8}', encoding="utf-8")
    with pytest.raises(InputError, match=r"mine\.json: the threshold of 'Disease' is 8"):
        lowest_scores(KNOWN, types=None, threshold=file)


def test_thresholds_of_other_models_are_not_taken(tuned: Callable[..., Path]) -> None:
    one = {"default": 0.6, "types": {}}
    with pytest.raises(InputError, match=r"for a, b, but this model does not name its"):
        lowest_scores(KNOWN, types=None, threshold=tuned(a=one, b=one))
    with pytest.raises(InputError, match=r"for a, but this model is c"):
        lowest_scores(KNOWN, types=None, threshold=tuned(a=one), model="c")


def test_an_unknown_type_is_answered_with_a_suggestion() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'Chemical'"):
        lowest_scores(KNOWN, types=["Chemicals"], threshold=0.5)
    with pytest.raises(UnknownNameError, match="Did you mean 'Disease'"):
        lowest_scores(KNOWN, types=None, threshold={"disease": 0.5})


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), True, None, [0.5]])
def test_a_threshold_is_a_number_from_0_to_1(value: object, tuned: Callable[..., Path]) -> None:
    with pytest.raises(InputError, match="threshold"):
        lowest_scores(KNOWN, types=None, threshold=value)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="threshold of 'Disease' is"):
        lowest_scores(KNOWN, types=None, threshold={"Disease": value})  # type: ignore[dict-item]
    file = tuned(a={"default": 0.5, "types": {"Disease": value}})
    with pytest.raises(InputError, match=r"thresholds\.json: the threshold of 'Disease' is"):
        lowest_scores(KNOWN, types=None, threshold=file)


@pytest.mark.parametrize("content", ["{", "[0.5]", "0.5", '{"models": {"a": 0.5}}'])
def test_a_file_of_something_else_is_named(tmp_path: Path, content: str) -> None:
    file = tmp_path / "thresholds.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=r"thresholds\.json: this is no file of thresholds"):
        lowest_scores(KNOWN, types=None, threshold=file)
    with pytest.raises(InputError, match=r"nothing\.json: the file cannot be read \(No such"):
        lowest_scores(KNOWN, types=None, threshold=tmp_path / "nothing.json")


@pytest.mark.parametrize("text", ["0.7", " 1", "7e-1", "nan"])
def test_a_number_in_quotation_marks_is_no_file(text: str) -> None:
    with pytest.raises(InputError, match=r"is the text '.*', not a number[\s\S]*float\("):
        lowest_scores(KNOWN, types=None, threshold=text)


def test_a_file_may_have_a_number_for_its_name(tmp_path: Path) -> None:
    (tmp_path / "0.7").write_text('{"Disease": 0.8}', encoding="utf-8")
    assert lowest_scores(KNOWN, types="Disease", threshold=tmp_path / "0.7") == {"Disease": 0.8}


@pytest.mark.parametrize("number", [np.float32(0.75), np.float64(0.75), Fraction(3, 4)], ids=repr)
def test_any_real_number_is_a_threshold(number: Any) -> None:
    assert lowest_scores(KNOWN, types="Disease", threshold=number) == {"Disease": 0.75}
    assert lowest_scores(KNOWN, types="Disease", threshold={"Disease": number}) == {"Disease": 0.75}


def test_types_have_to_be_names() -> None:
    with pytest.raises(InputError, match=r"types is 3[\s\S]*give a list"):
        lowest_scores(KNOWN, types=3, threshold=0.5)  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="no type 'None'"):
        lowest_scores(KNOWN, types=[None], threshold=0.5)  # type: ignore[list-item]
