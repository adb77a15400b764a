from typing import Literal

import pytest
from pydantic import BaseModel

from sru_ner.corpora.readers.option_values import option_values


class Options(BaseModel):
    """Options of every kind that readers have."""

    marker: str = "-DOCSTART-"
    comment: str | None = None
    scheme: Literal["iob1", "iob2"] = "iob2"
    column: int = 0
    start: int | None = None
    quote: str | int = "quote"
    header: bool = True
    names: tuple[str, ...] = ()
    types: dict[str, str] = {}


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("comment", "#", "#"),
        ("comment", "", None),
        ("marker", "# newdoc", "# newdoc"),
        ("marker", '"', '"'),
        ("marker", "null", "null"),
        ("marker", "1", "1"),
        ("marker", "a: b", "a: b"),
        ("scheme", "iob1", "iob1"),
        ("column", "-1", -1),
        ("column", "first", "first"),
        ("start", "", None),
        ("start", "3", 3),
        ("quote", "3", 3),
        ("quote", "text", "text"),
        ("header", "false", False),
        ("names", "O,B-X,I-X", ["O", "B-X", "I-X"]),
        ("names", "O, B-X", ["O", "B-X"]),
        ("names", "[O, B-X]", ["O", "B-X"]),
        ("names", "O", ["O"]),
        ("types", "{1: Gene}", {1: "Gene"}),
        ("types", "{1: Gene", "{1: Gene"),
        ("unknown", "#", "#"),
    ],
)
def test_texts_of_a_command_line(key, text, value):
    found = option_values(Options, {key: text})
    assert found == {key: value}
    assert type(found[key]) is type(value)


def test_other_values_stay_as_they_are():
    given = {"column": 2, "names": ("O",), "comment": None, "header": False}
    assert option_values(Options, given) == given
