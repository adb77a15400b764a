"""Write docs/reference/python.md from the docstrings: `python -m tools.python_page`."""

import dataclasses
import importlib
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sru_ner.files import write_text

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reference/python.md"
HEAD = """\
# Python

These names may be imported, and keep their meaning within a version. Everything else may change.
Offsets are Unicode code points, end exclusive. `python -m tools.python_page` writes this page from
the docstrings.
"""
PUBLIC: Mapping[str, Mapping[str, Iterable[str]]] = {
    "Find mentions": {
        "sru_ner": ["Annotator"],
        "sru_ner.inference.mentions": ["Mentions"],
        "sru_ner.inference.spans": ["AnnotatedSpan"],
    },
    "Other software": {
        "sru_ner.integrations.spacy_component": ["make_component"],
        "sru_ner.integrations.huggingface": ["SruNerPipeline"],
        "sru_ner.tracking.spark_column": ["with_spans"],
    },
    "Score predictions": {
        "sru_ner.predictions": [
            *("read_annotations", "decide_files", "find_type_map", "with_texts", "score"),
            *("Score", "TypeMap", "Incidents"),
        ],
    },
    "Errors": {
        "sru_ner.errors": ["SruNerError", "InputError", "UnknownNameError", "DownloadError"],
    },
}
"""Heading → module → the public names of the module."""
_DUNDERS = ("__init__", "__call__")
_NOT_FOR_USERS = ("preprocess", "postprocess", "checked_overlaps", "checked_style")
"""Methods that a base class or another package calls."""
_MODULES = re.compile(r"\b(?:[a-z_]+\.)+(?=[A-Z])")


def page() -> str:
    """Return the page, with a section for each public name."""
    parts = [HEAD]
    for heading, modules in PUBLIC.items():
        parts.append(f"\n## {heading}\n")
        for module, names in modules.items():
            parts += ["".join(_object(module, name)) for name in names]
    return "".join(parts)


def _object(module: str, name: str) -> Iterator[str]:
    thing = getattr(importlib.import_module(module), name)
    yield f"\n### `{name}`\n\n```python\nfrom {module} import {name}\n```\n"
    if not inspect.isclass(thing):
        yield _signature(name, thing) + _about(thing)
        return
    yield _about(thing) + _fields(thing)
    for key, member in vars(thing).items():
        if key in _NOT_FOR_USERS:
            continue
        if isinstance(member, property) and not key.startswith("_"):
            yield f"\n#### `{name}.{key}`\n{_about(member.fget)}"
        elif not key.startswith("_") or (key in _DUNDERS and not dataclasses.is_dataclass(thing)):
            function = getattr(member, "__func__", member)
            if inspect.isfunction(function) and function.__doc__:
                shown = {"__init__": name, "__call__": name.lower()}.get(key, f"{name}.{key}")
                yield f"\n#### `{shown}(…)`\n{_signature(shown, function)}{_about(function)}"


def _signature(name: str, function: Callable[..., Any]) -> str:
    """Return a block with the call, an argument a line if it is long."""
    signature = inspect.signature(function)
    given = [p for n, p in signature.parameters.items() if n not in ("self", "cls")]
    text = re.sub(r"(: |-> )'([^']*)'", r"\1\2", str(signature.replace(parameters=given)))
    text = _MODULES.sub("", text)
    if len(name) + len(text) > 80 and given:
        inside = re.sub(r", (?=\*?\w+:|\*,|\*\*)", ",\n    ", text[1 : text.rindex(")")])
        text = f"(\n    {inside},\n){text[text.rindex(')') + 1 :]}"
    return f"\n```python\n{name}{text}\n```\n"


def _about(thing: Any) -> str:
    """Return the docstring; what it says of parameters becomes a list."""
    doc = inspect.getdoc(thing) or ""
    names = "|".join(inspect.signature(thing).parameters) if callable(thing) else ""
    paragraphs = []
    for paragraph in doc.split("\n\n"):
        text = " ".join(paragraph.split())
        if names:
            each = rf"(?:^|(?<=\. ))((?:{names})(?:, (?:{names}))*): "
            text = re.sub(each, r"\n- `\1`: ", text).strip()
        paragraphs.append(re.sub(r"(?<!\n) +\n", "\n", text))
    return "\n" + "\n\n".join(paragraphs) + "\n" if doc else ""


def _fields(thing: type) -> str:
    """Return a list of a dataclass's fields, with the strings below them in the code."""
    if not dataclasses.is_dataclass(thing):
        return ""
    told = dict(
        re.findall(r'^    (\w+): [^\n]+\n    """(.*?)"""', inspect.getsource(thing), re.M | re.S)
    )
    lines = []
    for field in dataclasses.fields(thing):
        kind = field.type if isinstance(field.type, str) else inspect.formatannotation(field.type)
        kind = _MODULES.sub("", kind)
        meaning = " ".join(told.get(field.name, "").split())
        lines.append(f"- `{field.name}: {kind}`" + (f" – {meaning}" if meaning else ""))
    return "\n" + "\n".join(lines) + "\n"


if __name__ == "__main__":
    write_text(PAGE, page())
