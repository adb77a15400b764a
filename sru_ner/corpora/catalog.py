"""The catalog of corpora: the shipped file, and a folder with a user's own, one file each."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sru_ner.corpora.source import Source, read_entry
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.files import atomic_path, read_yaml, write_json

CATALOG = Path(__file__).with_name("catalog.yaml")
"""The shipped catalog, a mapping `sources:` from names to entries."""
OWN_CORPORA = Path("corpora")
"""Folder of a user's own corpora, in the folder where a command runs: `<name>.yaml`."""
CATALOG_VARIABLE = "SRU_NER_CATALOG"
"""Environment variable with the name of another folder for the user's own corpora."""


def load_catalog() -> dict[str, Source]:
    """Read the shipped catalog, in its order, and the user's own corpora, sorted by name.

    Raises `InputError` that names file and key if an entry is wrong, if the user's folder has a
    corpus with the name of a shipped one, or if `SRU_NER_CATALOG` names no folder.
    """
    named = os.environ.get(CATALOG_VARIABLE)
    if named and not Path(named).exists():
        raise InputError(
            "this folder does not exist", path=named, remedy=f"correct or unset {CATALOG_VARIABLE}"
        )
    return load_with(Path(named) if named else OWN_CORPORA)


def load_with(own: Path) -> dict[str, Source]:
    """Read the shipped catalog, and the folder `own` if it exists; errors as in `load_catalog`."""
    sources = load_shipped()
    for name, source in load_own(own).items():
        if name in sources:
            raise InputError(
                f"the shipped catalog already has a corpus {name!r}",
                path=own_file(own, name),
                remedy="give the file another name",
            )
        sources[name] = source
    return sources


def find_source(name: str) -> Source:
    """Return one corpus. Raises `UnknownNameError` that lists the known ones."""
    catalog = load_catalog()
    if name not in catalog:
        raise UnknownNameError("corpus", name, catalog)
    return catalog[name]


def load_shipped() -> dict[str, Source]:
    """Read the shipped catalog, by name, in its order. Raises `InputError` for a wrong entry."""
    entries: dict[str, dict[str, Any]] = read_yaml(CATALOG, remedy="install the package again")[
        "sources"
    ]
    return {
        name: read_entry(name, entry, path=CATALOG, key=f"sources.{name}")
        for name, entry in entries.items()
    }


def load_own(folder: Path) -> dict[str, Source]:
    """Read a user's own corpora, sorted by name; none if the folder does not exist.

    Raises `InputError` that names file and key if an entry is wrong.
    """
    if folder.is_file():
        raise InputError(
            "this is a file, but your own corpora are in a folder",
            path=folder,
            remedy=f"make a folder, and write each entry into a file of its own:"
            f" {own_file(Path('corpora'), 'NAME')}",
        )
    # A name that begins with a dot is a file of an editor or of macOS.
    paths = (path for path in folder.glob("*.yaml") if not path.name.startswith("."))
    return {path.stem: _read_own(path) for path in sorted(paths)}


def _read_own(path: Path) -> Source:
    entry = read_yaml(path, remedy="correct the file's name or rights")
    if not isinstance(entry, dict) or "sources" in entry:
        raise InputError(
            "this is not the entry of a corpus, a mapping with `title:`, `files:` and so on",
            path=path,
            remedy="write it as docs/how-to/add-a-corpus.md describes",
        )
    return read_entry(path.stem, entry, path=path)


def own_file(folder: Path, name: str) -> Path:
    """Return the file of a user's own corpus."""
    return folder / f"{name}.yaml"


def write_entries(folder: Path, sources: Iterable[Source]) -> None:
    """Write the entry of each corpus to `<folder>/<name>.json`, and replace the folder atomically.

    The same entry gives the same bytes, so a changed entry changes no other corpus's file.
    """
    with atomic_path(folder) as fresh:
        fresh.mkdir()
        for source in sources:
            entry = source.model_dump(mode="json", exclude_defaults=True)
            write_json(fresh / f"{source.name}.json", entry)
