from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from torch.utils.data import Dataset

from sru_ner.errors import InputError
from sru_ner.inference.texts import checked_one_text, checked_text, checked_texts, is_missing

MISSING = [None, float("nan"), np.float32("nan"), pd.NA, pd.NaT]


@pytest.mark.parametrize("value", MISSING, ids=repr)
def test_missing_values_are_told_from_texts(value: Any) -> None:
    assert is_missing(value)
    with pytest.raises(InputError, match=r"text 3 .*it is missing[\s\S]*fillna"):
        checked_text(value, 3)
    with pytest.raises(InputError, match="there is no text"):
        checked_one_text(value)


@pytest.mark.parametrize("value", ["", "nan", "None", 0, 0.0, False, Decimal(1), [], b"", object()])
def test_other_values_are_not_missing(value: Any) -> None:
    assert not is_missing(value)


TABLE = pd.DataFrame({"text": ["mice"], "id": [1]})


class Numbered(Dataset[str]):
    """Dataset of torch, which has no `__iter__`."""

    def __getitem__(self, number: int) -> str:
        return ["mice"][number]


@pytest.mark.parametrize(
    "texts",
    [
        ["mice"],
        ("mice",),
        {"mice"},
        iter(["mice"]),
        TABLE["text"],
        np.array(["mice"]),
        TABLE["text"].to_numpy(),
        Numbered(),
    ],
    ids=lambda texts: type(texts).__name__,
)
def test_any_collection_of_texts_is_taken(texts: Any) -> None:
    assert checked_texts(texts) is texts
    assert [checked_text(text, 0) for text in texts] == ["mice"]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("mice", r"this is one text[\s\S]*annotator\(text\)"),
        (b"mice", "this is one text"),
        (TABLE, r"a DataFrame, which gives names of columns[\s\S]*to_frame"),
        ({"text": ["mice"]}, "a dict, which gives names of columns"),
        (pa.table({"text": ["mice"]}), "a Table, which gives names of columns"),
        (3, "of the type int"),
        (None, "of the type NoneType"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_collection_of_texts_is_refused(texts: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        checked_texts(texts)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (["a", "b"], r"the type list[\s\S]*annotator\.annotate\(texts\)"),
        (TABLE["text"], r"the type Series[\s\S]*annotator\.annotate\(texts\)"),
        (TABLE, r"the type DataFrame[\s\S]*to_frame"),
        (b"mice", r"the type bytes[\s\S]*decode"),
        (3, r"the type int[\s\S]*give a string"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_one_text_is_refused(text: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        checked_one_text(text)


def test_a_text_is_returned_unchanged() -> None:
    assert checked_one_text("") == checked_text("", 0) == ""
    assert checked_one_text(np.str_("mice")) == "mice"
