"""Type maps: which of our types corresponds to another tool's type.

Names of types are compared without regard to case, spaces, `_` and `-`, on both sides: `cell_line`
of a tool is the `CellLine` of a corpus.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.files import read_yaml

_REMEDY = "write `their type: our type`, a list of alternatives, or null to leave a type out"


@dataclass(frozen=True, slots=True)
class TypeMap:
    """Map from a tool's types to ours; a type that is not listed keeps its name or ours for it."""

    entries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Folded type → alternatives, best first; a type without alternatives is left out."""

    def translate(self, type_: str, inventory: Collection[str]) -> str | None:
        """Return our name of a type: its first alternative in the inventory, else its first one.

        An alternative that is written in another way in the inventory is in it, and the
        inventory's way counts. None means that the type is left out.
        """
        alternatives = self.entries.get(folded(type_), (type_,))
        own = (found for name in alternatives if (found := same_name(name, inventory)) is not None)
        return next(own, alternatives[0] if alternatives else None)

    def targets(self, inventory: Collection[str]) -> set[str]:
        """Return our names of all listed types, as `translate` does for an inventory."""
        names = (self.translate(type_, inventory) for type_ in self.entries)
        return {name for name in names if name is not None}


def shipped_type_maps() -> dict[str, TypeMap]:
    """Return the type maps that come with the package, by tool."""
    text = files("sru_ner.predictions").joinpath("type_maps.yaml").read_text(encoding="utf-8")
    return {
        tool: type_map_of(entries, place=tool) for tool, entries in yaml.safe_load(text).items()
    }


def type_map_of(entries: Any, *, place: str) -> TypeMap:
    """Make a type map from plain values: type → type, list of types, or None.

    Raises an `InputError` that names `place` for other values, or for a type that is listed twice.
    """
    if not isinstance(entries, Mapping):
        raise InputError("this is not a map of types", path=place, remedy=_REMEDY)
    found: dict[str, tuple[str, ...]] = {}
    for type_, given in entries.items():
        names = () if given is None else (given,) if isinstance(given, str) else given
        if (
            not isinstance(type_, str)
            or not isinstance(names, (list, tuple))
            or not all(isinstance(name, str) and name for name in names)
        ):
            raise InputError(
                f"{type_!r} is mapped to {given!r}, which is no type", path=place, remedy=_REMEDY
            )
        if folded(type_) in found:
            raise InputError(
                f"{type_!r} is listed twice; case, spaces, _ and - make no difference",
                path=place,
                remedy="remove one of the two entries",
            )
        found[folded(type_)] = tuple(names)
    return TypeMap(found)


def find_type_map(given: str) -> TypeMap:
    """Return the type map that a user names: a shipped one, a YAML file, or `A=B,C=D|E,F=`.

    Raises `UnknownNameError` where it is none of these, and what `type_map_of` raises.
    """
    shipped = shipped_type_maps()
    if given in shipped:
        return shipped[given]
    if "=" in given:
        pairs = [pair.partition("=") for pair in given.split(",") if pair.strip()]
        if all(separator for _, separator, _ in pairs):
            entries = {
                type_.strip(): [name.strip() for name in names.split("|") if name.strip()]
                for type_, _, names in pairs
            }
            return type_map_of(entries, place=given)
    if Path(given).is_file():
        return type_map_of(read_yaml(Path(given), remedy=_REMEDY), place=given)
    raise UnknownNameError("tool, file or pair A=B", given, shipped)


def same_name(type_: str, known: Collection[str]) -> str | None:
    """Return the known name that a type has, or None: the same one, else one that only looks other.

    Of several that look other, the first in the alphabet is taken.
    """
    if type_ in known:
        return type_
    return min((name for name in known if folded(name) == folded(type_)), default=None)


@cache
def folded(type_: str) -> str:
    """Return a type's name without what makes no difference: case, white space, `_` and `-`."""
    return re.sub(r"[\s_-]+", "", type_).casefold()
