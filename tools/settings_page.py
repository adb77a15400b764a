"""Write docs/reference/settings.md from `sru_ner/settings/`: `python -m tools.settings_page`."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sru_ner.files import write_text
from sru_ner.rendering.markdown import markdown_table
from sru_ner.settings.params import Params
from sru_ner.settings.shared import DataParams, ProjectParams

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reference/settings.md"
HEAD = """\
# Settings

`suites/NAME/params.yaml` has a section for each pipeline stage. `python -m flows.suites NAME`
makes it: a suite (`conf/suite/NAME.yaml`) names the values that it changes, and all others are the
defaults below. `NAME` is a name of your choice. Two more files hold what suites share:
`params.yaml` names the suite that `dvc repro` runs, and `data/params.yaml` has the corpora. Unknown
parameters and wrong values are errors before anything runs. `python -m tools.settings_page` writes
this page from `sru_ner/settings/`.
"""
SHARED = """
## What suites share

`params.yaml`:
{project}
`data/params.yaml`:
{data}"""
_COLUMNS = ("setting", "takes", "default", "")
_NAMES = {str: "text", int: "integer", float: "number", bool: "`true`, `false`", type(None): "null"}
_BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def page() -> str:
    """Return the page, with a table for each section."""
    project, data = ("".join(_sections(each, "", ())) for each in (ProjectParams, DataParams))
    return HEAD + "".join(_sections(Params, "", ())) + SHARED.format(project=project, data=data)


def _sections(model: type[BaseModel], path: str, shown: Sequence[type[BaseModel]]) -> Iterator[str]:
    """Yield the tables of a section and of the sections in it.

    shown: the sections that have a table already; what a section inherits from them is left out.
    """
    inherited = {n for base in shown if issubclass(model, base) for n in base.model_fields}
    rows, inner = [], {}
    for name, field in model.model_fields.items():
        key = field.alias or name
        kinds = [field.annotation, *get_args(field.annotation)]
        if found := [k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel)]:
            own = "" if found[0] is field.annotation else ".NAME"
            inner[f"{path}{key}{own}."] = found[0]
        elif name not in inherited:
            rows.append(_row(key, field))
    about = f"\n{model.__doc__}\n" if path and model.__doc__ else ""
    yield (f"\n## `{path[:-1]}`\n" if path else "") + about + "\n" + markdown_table(_COLUMNS, rows)
    for place, section in inner.items():
        yield from _sections(section, place, shown)
        shown = (*shown, section)


def _row(key: str, field: FieldInfo) -> list[str]:
    default = _shown(field.get_default(call_default_factory=True))
    default = "required" if field.is_required() else default
    limits = [(sign, getattr(m, b, None)) for m in field.metadata for b, sign in _BOUNDS.items()]
    bounds = [f"{sign} {limit}" for sign, limit in limits if limit is not None]
    takes = ", ".join([_takes(field.annotation), *bounds])
    meaning = " ".join((field.description or "").split())
    return [f"`{key}`", takes, default, meaning]


def _takes(kind: Any) -> str:
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _takes(inside[0])
    if origin is Literal:
        return ", ".join(f"`{value}`" for value in inside)
    if origin in (tuple, dict):
        return f"list of {_takes(inside[0])}" if origin is tuple else "map"
    return _NAMES[kind] if kind in _NAMES else " or ".join(_takes(each) for each in inside)


def _shown(value: Any) -> str:
    return f"`{value if isinstance(value, str) else json.dumps(value, default=str)}`"


if __name__ == "__main__":
    write_text(PAGE, page())
