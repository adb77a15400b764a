"""The leakage tables: pairs of a learned and a tested document that overlap.

Assumptions: `learned` is a source that a model may learn from, with its train or dev split.
`tested` is a source that it may be tested on, with its dev or test split. The two differ in source
or split. Shares and the Jaccard index are over the sets of shingles of `fingerprints.py`. The
tables have no corpus text.

    <folder>/pairs.parquet    <folder>/documents.parquet
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from sru_ner.dataset.parquet import UNREADABLE, open_parquet, write_parquet
from sru_ner.dataset.schema import TABLE_KEY, VERSION_KEY
from sru_ner.errors import InputError
from sru_ner.files import atomic_path

SCHEMA_VERSION = "1"
"""Version of the columns' names, types and meaning; files of another version are refused."""

KINDS = {
    "text": "the same text",
    "near": "near-duplicate",
    "part": "one contained in the other",
}
"""Kinds of overlap, the strongest first; case, punctuation and white space make no difference."""


def _schema(table: str, **columns: pa.DataType) -> pa.Schema:
    fields = [pa.field(name, kind, nullable=False) for name, kind in columns.items()]
    return pa.schema(
        fields, metadata={TABLE_KEY: table.encode(), VERSION_KEY: SCHEMA_VERSION.encode()}
    )


PAIRS = _schema(
    "leakage_pairs",
    learned=pa.string(),
    learned_split=pa.string(),
    learned_document=pa.string(),
    tested=pa.string(),
    tested_split=pa.string(),
    tested_document=pa.string(),
    kind=pa.string(),  # one of KINDS
    same_id=pa.bool_(),  # the two documents have one identifier
    jaccard=pa.float32(),
    learned_share=pa.float32(),  # of the learned document's shingles that are in the tested one
    tested_share=pa.float32(),  # of the tested document's shingles that are in the learned one
)

DOCUMENTS = _schema(
    "leakage_documents",
    source=pa.string(),
    split=pa.string(),
    documents=pa.int64(),
    too_short=pa.int64(),  # of them, those too short to be compared
)

_TABLES = {"pairs": PAIRS, "documents": DOCUMENTS}
_UNSORTED = ("kind", "same_id", "jaccard", "learned_share", "tested_share")


@dataclass(frozen=True, slots=True)
class Contamination:
    """Overlap between the documents a model learned from and one tested corpus."""

    documents: int
    """Number of documents of the tested split."""
    tested: frozenset[str]
    """Tested documents that overlap with a document of the model's sources."""
    learned: int
    """Number of train and dev documents of the model's sources that overlap with a tested one."""


@dataclass(frozen=True, slots=True)
class Leakage:
    """Overlap between all documents of some sources."""

    pairs: pa.Table
    """Pairs of overlapping documents: a table of `PAIRS`, sorted by its columns."""
    documents: pa.Table
    """Number of documents of each split: a table of `DOCUMENTS`, sorted by its columns."""

    @classmethod
    def of(cls, pairs: pa.Table, documents: pa.Table) -> "Leakage":
        """Make an object from two tables: select and cast their columns, and sort their rows."""
        return cls(*(_tidy(table, _TABLES[name]) for table, name in
                     ((pairs, "pairs"), (documents, "documents"))))  # fmt: skip

    @property
    def sources(self) -> list[str]:
        """Names of the sources that were compared, sorted."""
        return sorted(set(self.documents["source"].to_pylist()))

    def sizes(self) -> dict[tuple[str, str], int]:
        """Return the number of documents by source and split."""
        rows = self.documents.to_pylist()
        return {(row["source"], row["split"]): row["documents"] for row in rows}

    def contamination(self, learned: Collection[str], tested: str, split: str) -> Contamination:
        """Return the overlap of `tested` with the sources that a model learns from.

        Raises `InputError` for a source or split that was not compared.
        """
        self._check([*((source, "train") for source in learned), (tested, split)])
        found = self._between(learned, [tested], split)
        columns = ("learned", "learned_split", "learned_document")
        return Contamination(
            documents=self.sizes()[tested, split],
            tested=frozenset(found["tested_document"].to_pylist()),
            learned=len(set(zip(*(found[name].to_pylist() for name in columns), strict=True))),
        )

    def excluded(
        self, learned: str, learned_split: str, tested: Collection[str], split: str
    ) -> list[str]:
        """Return the sorted identifiers of a split's documents that overlap with a tested source.

        Raises `InputError` for a source or split that was not compared.
        """
        self._check([(learned, learned_split), *((source, split) for source in tested)])
        found = self._between([learned], tested, split)
        own = found.filter(pc.field("learned_split") == learned_split)
        return sorted(set(own["learned_document"].to_pylist()))

    def _between(self, learned: Iterable[str], tested: Iterable[str], split: str) -> pa.Table:
        return self.pairs.filter(
            pc.field("learned").isin(pa.array(list(learned), pa.string()))
            & pc.field("tested").isin(pa.array(list(tested), pa.string()))
            & (pc.field("tested_split") == split)
        )

    def _check(self, wanted: Iterable[tuple[str, str]]) -> None:
        missing = sorted(set(wanted) - set(self.sizes()))
        if missing:
            raise InputError(
                f"the leakage tables do not contain {', '.join('/'.join(m) for m in missing)}",
                remedy="run `dvc repro` after a change of `corpora`",
            )


def write_leakage(folder: Path, leakage: Leakage) -> None:
    """Write both tables into a folder, which replaces the old one.

    The same tables give the same bytes.
    """
    with atomic_path(folder) as fresh:
        fresh.mkdir()
        for name, table in (("pairs", leakage.pairs), ("documents", leakage.documents)):
            write_parquet(table, fresh / f"{name}.parquet")


def read_leakage(folder: Path) -> Leakage:
    """Read the tables that `write_leakage` wrote.

    Raises `InputError` for a file that is missing, damaged or of another version.
    """
    return Leakage(*(_read(Path(folder, f"{name}.parquet"), _TABLES[name]) for name in _TABLES))


def _tidy(table: pa.Table, schema: pa.Schema) -> pa.Table:
    order = [(name, "ascending") for name in schema.names if name not in _UNSORTED]
    return table.select(schema.names).cast(schema).sort_by(order).combine_chunks()


def _read(path: Path, schema: pa.Schema) -> pa.Table:
    remedy = "run `dvc repro`, or `sru-ner corpora leakage`"
    try:
        with open_parquet(path) as file:
            table = file.read()
    except FileNotFoundError:
        raise InputError("there is no leakage table here", path=path, remedy=remedy) from None
    except UNREADABLE as error:
        raise InputError(
            f"this is not a Parquet file ({error})", path=path, remedy=remedy
        ) from None
    if not table.schema.equals(schema, check_metadata=True):
        raise InputError(
            f"this is not a leakage table of version {SCHEMA_VERSION}", path=path, remedy=remedy
        )
    return table
