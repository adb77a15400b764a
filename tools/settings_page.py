"""Write docs/reference/settings.md from sru_ner/settings.py: `python -m tools.settings_page`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sru_ner.files import write_text
from sru_ner.rendering.markdown import markdown_table
from sru_ner.settings import Params

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reference/settings.md"
HEAD = """\
# Settings

`params.yaml` has a section for each pipeline stage. A suite (`conf/suite/NAME.yaml`) says what it
sets differently from `conf/config.yaml`; *in suites* is the value of that file, where it is not the
default of the code. `NAME` is a name of your choice. What is unknown or out of range is refused
before anything runs. `python -m tools.settings_page` makes this page from `sru_ner/settings.py`.
"""
_COLUMNS = ("setting", "takes", "default", "in suites", "")
_NAMES = {str: "text", int: "integer", float: "number", bool: "`true`, `false`", type(None): "null"}
_BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def page() -> str:
    """The page, with a table for each section."""
    shared = yaml.safe_load((ROOT / "conf/config.yaml").read_text(encoding="utf-8"))
    return HEAD + "".join(_sections(Params, "", shared))


def _sections(model: type[BaseModel], path: str, shared: Any) -> Iterator[str]:
    """Tables of a section and of the sections in it. shared: its values in all suites."""
    shared = shared if isinstance(shared, dict) else {}
    rows, inner = [], []
    for name in (name for name in model.model_fields if name in model.__annotations__):
        field, key = model.model_fields[name], model.model_fields[name].alias or name
        kinds = [field.annotation, *get_args(field.annotation)]
        if found := [k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)]:
            own = "" if found[0] is field.annotation else ".NAME"
            inner.append((found[0], f"{path}{key}{own}.", None if own else shared.get(key)))
        else:
            rows.append(_row(key, field, shared.get(key, "???")))
    about = f"\n{model.__doc__}\n" if path and model.__doc__ else ""
    yield (f"\n## `{path[:-1]}`\n" if path else "") + about + "\n" + markdown_table(_COLUMNS, rows)
    for section in inner:
        yield from _sections(*section)


def _row(key: str, field: FieldInfo, shared: Any) -> list[str]:
    default = _shown(field.get_default(call_default_factory=True))
    default = "required" if field.is_required() else default
    limits = [(sign, getattr(m, b, None)) for m in field.metadata for b, sign in _BOUNDS.items()]
    bounds = [f"{sign} {limit}" for sign, limit in limits if limit is not None]
    takes = ", ".join([_takes(field.annotation), *bounds])
    found = "" if shared == "???" or _shown(shared) == default else _shown(shared)
    meaning = " ".join((field.description or "").split())
    return [f"`{key}`", takes, default, found, meaning]


def _takes(kind: Any) -> str:
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inside)
    if origin in (tuple, dict):
        return f"list of {_takes(inside[0])}" if origin is tuple else "map"
    return _NAMES[kind] if kind in _NAMES else " or ".join(_takes(each) for each in inside)


def _shown(value: Any) -> str:
    return f"`{value if isinstance(value, str) else json.dumps(value, default=str)}`"


if __name__ == "__main__":
    write_text(PAGE, page())
