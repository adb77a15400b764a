"""Lists the tools that a sample is written for, and finds out which one wrote a file."""

import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from sru_ner.assessment.exports import (
    argilla_dataset,
    brat,
    doccano,
    inception,
    label_studio,
    prodigy,
    sheet,
)
from sru_ner.assessment.exports.reading import Found, Reading
from sru_ner.assessment.items import Item
from sru_ner.assessment.verdicts import FORMAT, read_verdicts
from sru_ner.errors import InputError


@dataclass(frozen=True, slots=True)
class Export:
    """A tool, or a form of the sheet."""

    write: Callable[[Path, Sequence[Item], Sequence[str]], None]
    """Writes items into a folder; the last argument are the types to choose from."""
    read: Callable[[Path, Mapping[str, Item]], Reading]
    """Reads what came back: a file or a folder, and the items by identifier."""


EXPORTS: Mapping[str, Export] = MappingProxyType(
    {
        "xlsx": Export(lambda f, i, _: sheet.write_xlsx(f / "sheet.xlsx", i), sheet.read_xlsx),
        "csv": Export(lambda f, i, _: sheet.write_csv(f / "sheet.csv", i), sheet.read_csv),
        "label-studio": Export(label_studio.write, label_studio.read),
        "doccano": Export(doccano.write, doccano.read),
        "prodigy": Export(prodigy.write, prodigy.read),
        "argilla": Export(argilla_dataset.write, argilla_dataset.read),
        "brat": Export(brat.write, brat.read),
        "inception": Export(inception.write, inception.read),
    }
)
"""Tools by the name that the command line uses."""


_FOLDERS = {"argilla": argilla_dataset.RECORDS, "brat": f"{brat.NAME}.ann"}
"""Tool whose annotations are a folder → a file that is in it."""


def write_exports(folder: Path, items: Sequence[Item], types: Sequence[str]) -> None:
    """Write the items for every tool. types: those of the sample, to choose from."""
    for export in EXPORTS.values():
        export.write(folder, items, types)


def read_any(path: Path, items: Iterable[Item], *, sample: str) -> Reading:
    """Read verdicts from any tool, or from a verdict file.

    sample: the digest of the items. Raises `InputError` if no tool writes such a file, if the file
    is damaged, or if it is a verdict file of another sample.
    """
    by_id = {item.id: item for item in items}
    tool = guess_tool(path)
    if tool == FORMAT:
        return _normal(path, by_id, sample)
    try:
        return EXPORTS[tool].read(path, by_id)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        problem = f"this is not what {tool} exports ({type(error).__name__}: {error})"
        raise InputError(problem, path=path, remedy="export it again") from None


def is_tools_folder(path: Path) -> bool:
    """Whether a folder is what a tool works in, and no folder of such files."""
    return any((path / name).exists() for name in _FOLDERS.values())


def guess_tool(path: Path) -> str:
    """Return the tool that a file is from, by its name and its beginning, or `FORMAT`.

    Raises `InputError` if no tool writes such a file.
    """
    if path.is_dir():
        for tool, name in _FOLDERS.items():
            if (path / name).exists():
                return tool
    elif path.suffix.lower() in (".xlsx", ".csv", ".tsv"):
        return "xlsx" if path.suffix.lower() == ".xlsx" else "csv"
    elif path.suffix.lower() == ".zip" and zipfile.is_zipfile(path):
        return "inception"
    elif path.suffix.lower() in (".json", ".jsonl"):
        keys = _first_keys(path)
        signs = {
            FORMAT: "verdicts",
            "label-studio": "data",
            "argilla": "fields",
            "doccano": "entities",
            "prodigy": "tokens",
        }
        for tool, sign in signs.items():
            if sign in keys:
                return tool
    problem = "no tool is known that writes this" if path.exists() else "there is no such file"
    remedy = f"give a verdict file, or what one of these exports: {', '.join(EXPORTS)}"
    raise InputError(problem, path=path, remedy=remedy)


def _first_keys(path: Path) -> frozenset[str]:
    """Return the keys of the first object in a JSON or JSON Lines file."""
    try:
        content = path.read_text(encoding="utf-8")
        value = json.loads(content if path.suffix == ".json" else content.split("\n", 1)[0])
    except (OSError, ValueError, RecursionError):
        return frozenset()
    first = value[0] if isinstance(value, list) and value else value
    return frozenset(first) if isinstance(first, dict) else frozenset()


def _normal(path: Path, items: Mapping[str, Item], sample: str) -> Reading:
    file = read_verdicts(path)
    if file.sample != sample:
        raise InputError(
            f"these verdicts are on another sample ({file.sample[:12]}, not {sample[:12]})",
            path=path,
            remedy="name the folder of the sample that was judged",
        )
    reading = Reading(items)
    for verdict in file.verdicts:
        item = items.get(verdict.id)
        if item is None:
            reading.fault("unknown item", verdict.id, verdict.verdict.words)
        elif verdict.end is not None and verdict.end > len(item.text):
            detail = f"{verdict.start} to {verdict.end}, {verdict.verdict.words}"
            reading.fault("span outside the text", verdict.id, detail)
            kept = verdict.model_copy(update={"start": None, "end": None})
            reading.found.append(Found(file.assessor, kept))
        else:
            reading.found.append(Found(file.assessor, verdict))
    return reading
