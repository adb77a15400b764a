"""Checks what users give as texts, before any is read.

A table of texts has values that are missing: None, NaN, and `NA` or `NaT` of pandas. They are never
read as the texts "None" or "nan".
"""

import math
import sys
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any

from sru_ner.errors import InputError

TEXT_COLUMN = "text"
"""Name of the column of texts in a table, unless another is named."""


def is_missing(value: object) -> bool:
    """Return whether a value of a table is missing: None, NaN, or `NA` or `NaT` of pandas."""
    if value is None or (isinstance(value, Real) and math.isnan(value)):
        return True
    pandas = sys.modules.get("pandas")  # without pandas, no value is one of pandas
    return pandas is not None and (value is pandas.NA or value is pandas.NaT)


def is_table(value: object) -> bool:
    """Return whether a value is a table of several columns, such as a DataFrame.

    Iterating over one gives names of columns, or whole columns, but no texts.
    """
    return isinstance(value, Mapping) or (hasattr(value, "columns") and hasattr(value, "shape"))


def checked_texts(texts: Iterable[str]) -> Iterable[str]:
    """Return several texts unchanged.

    Raises `InputError` for one text, for a table and for what is no collection of texts.
    """
    if isinstance(texts, (str, bytes)):
        raise InputError(
            "annotate takes several texts, but this is one text",
            remedy="call the annotator itself: annotator(text)",
        )
    if is_table(texts):
        raise InputError(
            f"these are not texts, but a {type(texts).__name__}, which gives names of columns",
            remedy="give the texts alone, such as table['text'], or let annotator.to_frame(table)"
            " make a table of mentions",
        )
    if not _can_be_iterated(texts):
        raise InputError(
            f"annotate takes several texts, but this is of the type {type(texts).__name__}",
            remedy="give a list, a column of a table or another iterable of strings",
        )
    return texts


def checked_text(text: Any, number: int) -> str:
    """Return a text of several unchanged; `number` is its place, counted from 0.

    Raises `InputError` for what is no string.
    """
    if isinstance(text, str):
        return text
    problem = f"text {number} (counted from 0) is a {type(text).__name__}, not a string"
    if is_missing(text):
        raise InputError(
            f"{problem}: it is missing",
            remedy="leave it out, or give an empty text: column.fillna(''). annotator.to_frame"
            " passes over missing texts",
        )
    raise InputError(problem, remedy="give strings")


def checked_one_text(text: Any) -> str:
    """Return the one text that an annotator is called with, unchanged.

    Raises `InputError` for several texts, a table, a missing value and any other object.
    """
    if isinstance(text, str):
        return text
    if is_missing(text):
        raise InputError(
            f"there is no text: this is {text!r}", remedy="give a string; an empty one is a text"
        )
    problem = f"an annotator is called with one text, but this is of the type {type(text).__name__}"
    if isinstance(text, (bytes, bytearray)):
        remedy = "decode it first, such as by data.decode('utf-8')"
    elif is_table(text):
        remedy = "make a table of mentions: annotator.to_frame(table)"
    elif _can_be_iterated(text):
        remedy = "for several texts, use annotator.annotate(texts)"
    else:
        remedy = "give a string"
    raise InputError(problem, remedy=remedy)


def _can_be_iterated(value: object) -> bool:
    """Return whether values can be taken one after the other, also by their numbers."""
    return isinstance(value, Iterable) or hasattr(value, "__getitem__")
