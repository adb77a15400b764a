"""A harmonised corpus, and its splits, as all stages read them.

    corpus = Corpus(Path("data/harmonized"), "bc5cdr")
    corpus.inventory().types
    for sentence in corpus.split("dev").sentences(): ...

A file is read each time that its content is asked for, and nothing is kept in memory.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from sru_ner.dataset.schema import SCHEMAS, SPLIT_TABLES, SPLITS, table_path
from sru_ner.dataset.sentences import Sentence, read_sentences
from sru_ner.dataset.tables import read_table
from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.errors import UnknownNameError
from sru_ner.files import unreadable


@dataclass(frozen=True, slots=True)
class Corpus:
    """The tables of one source, without the documents that are excluded from them.

    The methods raise `UnknownNameError` for a source that is not harmonised, and `InputError`
    where a file is damaged or of another schema version.
    """

    root: Path
    """Folder of the tables of all sources."""
    name: str
    """Name of the source."""
    excluded: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Split → identifiers of the documents that its tables do not show."""

    def without(self, excluded: Mapping[str, Iterable[str]]) -> "Corpus":
        """Return the corpus with these documents excluded, and no others.

        excluded: split → identifiers of documents.
        """
        return replace(self, excluded={split: frozenset(ids) for split, ids in excluded.items()})

    def splits(self) -> list[str]:
        """List the splits of the corpus, in the order train, dev, test."""
        return [
            name for name in SPLITS if table_path(self.root, "documents", self.name, name).is_file()
        ]

    def split(self, name: str) -> "CorpusSplit":
        """Return one split; reading it raises an error if it does not exist."""
        return CorpusSplit(self, name)

    def table(self, name: str) -> pa.Table:
        """Return a table of all splits together, or `inventories`, with the schema of `schema.py`.

        Raises `UnknownNameError` for a table that does not exist.
        """
        self.check_table(name)
        if name == "inventories":
            return read_table(self.root, name, self.name)
        parts = [self.split(split).table(name) for split in self.splits()]
        return pa.concat_tables(parts).unify_dictionaries()

    def inventory(self) -> TypeInventory:
        """Return the types that the annotators marked, with the finer types that those cover."""
        rows = self.table("inventories").select(["type", "covers"]).to_pylist()
        kept = {row["type"]: tuple(row["covers"]) for row in rows if row["type"] is not None}
        covers = {type_: finer for type_, finer in sorted(kept.items()) if finer}
        return TypeInventory(self.name, tuple(sorted(kept)), covers)

    def digests(self) -> dict[str, str]:
        """Return the SHA-256 of each file by name: `<table>/<split>` or `inventories`."""
        splits = self.splits()
        if not splits:
            raise self._unknown()
        files = {
            f"{table}/{split}": table_path(self.root, table, self.name, split)
            for table in SPLIT_TABLES
            for split in splits
        }
        files["inventories"] = table_path(self.root, "inventories", self.name)
        try:
            return {
                name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()
            }
        except OSError as error:
            raise unreadable(
                Path(error.filename), error, remedy=f"run `sru-ner harmonize {self.name}`"
            ) from None

    def check_table(self, table: str) -> None:
        """Raise `UnknownNameError` for a table that does not exist or a source not harmonised."""
        if table not in SCHEMAS:
            raise UnknownNameError("table", table, SCHEMAS)
        if self.name not in harmonized_sources(self.root):
            raise self._unknown()

    def _unknown(self) -> UnknownNameError:
        known = harmonized_sources(self.root)
        return UnknownNameError(f"harmonised source (in {self.root})", self.name, known)


@dataclass(frozen=True, slots=True)
class CorpusSplit:
    """One split of a corpus, without its excluded documents. Errors as in `Corpus`.

    The methods also raise `UnknownNameError` for a split that the corpus does not have.
    """

    corpus: Corpus
    name: str
    """`train`, `dev` or `test`."""

    def table(self, name: str) -> pa.Table:
        """Return the table `documents`, `sentences` or `spans`, with the schema of `schema.py`."""
        corpus = self.corpus
        corpus.check_table(name)
        splits = corpus.splits()
        if self.name not in splits:
            raise UnknownNameError(f"split of {corpus.name}", self.name, splits)
        found = read_table(corpus.root, name, corpus.name, self.name)
        return _without(found, corpus.excluded.get(self.name, ()))

    def sentences(self) -> list[Sentence]:
        """Return the sentences in document order, with the mentions that words can express."""
        tables = (self.table(name) for name in SPLIT_TABLES)
        return read_sentences(*tables, source=self.corpus.name, split=self.name)

    def mention_counts(self) -> dict[str, int]:
        """Return the number of mentions of each type, with those that words cannot express."""
        found = Counter(self.table("spans")["type"].to_pylist())
        return {type_: found[type_] for type_ in self.corpus.inventory().types}


def harmonized_sources(root: Path) -> list[str]:
    """List the sources that are completely harmonised in a folder, sorted by name."""
    # The inventory is written last, so a source without one is not finished.
    found = Path(root).glob("inventories/source=*/part-0.parquet")
    return sorted(path.parent.name.removeprefix("source=") for path in found)


def _without(table: pa.Table, excluded: Collection[str]) -> pa.Table:
    if not excluded:
        return table
    return table.filter(
        pc.invert(pc.is_in(table["document_id"], pa.array(sorted(excluded), pa.string())))
    )
