"""Checks of JSON values that the readers of JSON files share."""

import json
import re
from typing import Any, NoReturn

from sru_ner.corpora.archives import Part
from sru_ner.corpora.readers.raw import MalformedError
from sru_ner.errors import InputError

_BLANK = re.compile(r"\s*")


def kind_of(value: Any) -> str:
    """Return the kind of a JSON value in words, such as "a string"."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a truth value"
    names = {str: "a string", int: "a whole number", float: "a number", list: "a list"}
    return names.get(type(value), "an object")


def refuse_constant(constant: str) -> NoReturn:
    """Raise `ValueError` for NaN and Infinity, which Python's parser accepts and JSON does not."""
    raise ValueError(f"{constant} is not a JSON number")


def check_characters(text: str) -> None:
    """Raise `MalformedError` for half a surrogate pair, which a JSON escape can produce."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise MalformedError("half a surrogate pair, which is not a character") from None


def after_blank(text: str, position: int) -> int:
    """Return the position of the first character that is not white space, from `position` on."""
    blank = _BLANK.match(text, position)
    return blank.end() if blank else position


def next_value(text: str, position: int, line: int, part: Part) -> tuple[Any, int]:
    """Return the JSON value that begins at a position, and the position after it.

    line: number of the line of `position`, for errors. Raises `InputError` if it is not JSON.
    """
    try:
        return json.JSONDecoder(parse_constant=refuse_constant).raw_decode(text, position)
    except json.JSONDecodeError as error:
        raise not_json(part, error.lineno, error.msg) from None
    except (ValueError, RecursionError) as error:
        raise not_json(part, line, str(error)[:80]) from None


def not_json(part: Part, line: int, problem: str) -> InputError:
    """Make the error for a file that is not JSON from a line on."""
    return InputError(
        f"this is not valid JSON ({problem})",
        path=part.place,
        line=line,
        remedy="correct the file at this line, or fetch it again",
    )
