"""Checks of JSON values that the readers of JSON files share."""

from typing import Any, NoReturn

from sru_ner.corpora.readers.raw import MalformedError


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
