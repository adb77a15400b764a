"""Finds and removes all that belongs to a user's own corpus: entry, raw files, tables, report."""

import shutil
from pathlib import Path

from sru_ner.corpora.catalog import load_own, load_shipped, own_file
from sru_ner.dataset.schema import SCHEMAS, table_path
from sru_ner.errors import InputError, UnknownNameError


def paths_of(name: str, catalog: Path, raw: Path, harmonized: Path, reports: Path) -> list[Path]:
    """List the files and folders of one of the user's own corpora that exist, its entry first.

    catalog: folder of the user's own corpora. raw, harmonized, reports: folders of all corpora.
    Raises `InputError` for a corpus of the shipped catalog, and `UnknownNameError` for a name that
    is in neither.
    """
    own = load_own(catalog)
    if name not in own:
        if name in load_shipped():
            raise InputError(
                f"{name} is a corpus of the shipped catalog, which has no entry to remove",
                remedy=f"to free the space of its files, remove {raw / name} yourself",
            )
        raise UnknownNameError("corpus of your own", name, own, place=catalog)
    tables = (table_path(harmonized, table, name).parent for table in SCHEMAS)
    every = [own_file(catalog, name), raw / name, *tables, reports / f"{name}.json"]
    return [path for path in dict.fromkeys(every) if path.exists() or path.is_symlink()]


def remove(path: Path) -> None:
    """Remove a file, or a folder with all that is in it; of a link, only the link itself."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
