"""Reads the values of a reader's options from the text that stands behind `=` on a command line.

A text is taken as it is for an option whose value is a text, so `comment=#` needs no quotation
marks. Numbers, truth values, lists and maps are written as in YAML; a list may also be written
without brackets: `tag_names=O,B-Gene,I-Gene`.
"""

import types
from collections.abc import Mapping
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from sru_ner.errors import InputError
from sru_ner.files import parse_yaml


def option_values(options: type[BaseModel], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of options, of which those that are texts may come from a command line.

    A value that is not a text stays as it is. So does the value of an option that does not exist,
    and a text that has not the form of its option: checking the values is left to `validate`.
    """
    fields = options.model_fields
    return {
        key: _value(fields[key].annotation, value)
        if key in fields and isinstance(value, str)
        else value
        for key, value in given.items()
    }


def _value(annotation: Any, text: str) -> Any:
    kinds = list(_kinds(annotation))
    if not text and type(None) in kinds:
        return None
    if str in kinds:
        return int(text) if int in kinds and text.isdecimal() else text
    try:
        value = parse_yaml(text)
    except InputError:
        return text
    if isinstance(value, str) and {tuple, list} & set(kinds):
        return [item.strip() for item in value.split(",")]
    return value


def _kinds(annotation: Any) -> "list[type]":
    """Return the kinds of value that an option takes: `str`, `int`, `tuple`, `NoneType` …"""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return [kind for part in get_args(annotation) for kind in _kinds(part)]
    if origin is Literal:
        return [type(value) for value in get_args(annotation)]
    return [origin or annotation]
