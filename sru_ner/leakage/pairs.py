"""The leakage tables: pairs of a learned and a tested document that overlap.

Assumptions, once: `learned` is a source that a model may learn from, by its train or dev split;
`tested` one that it may be tested on, by its dev or test split; the two differ in source or split.
Shares and Jaccard are over the sets of shingles of `fingerprints.py`. No corpus text is in them.

    <folder>/pairs.parquet    <folder>/documents.parquet
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sru_ner.dataset.schema import TABLE_KEY, VERSION_KEY
from sru_ner.errors import InputError
from sru_ner.files import atomic_path

SCHEMA_VERSION = "1"
"""Raised whenever a column changes its name, type or meaning; older files are then refused."""

KINDS = {
    "text": "the same text",
    "near": "near-duplicate",
    "part": "one contained in the other",
}
"""How two documents overlap, the strongest first; case, punctuation and white space aside."""


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
    """What a model learned from, against one corpus it is tested on."""

    documents: int
    """Documents of the tested split."""
    tested: frozenset[str]
    """Those that overlap with a document the model's sources teach."""
    learned: int
    """Documents of the model's sources, train and dev, that overlap with a tested one."""


@dataclass(frozen=True, slots=True)
class Leakage:
    """All overlap between some sources."""

    pairs: pa.Table
    """Of schema `PAIRS`, sorted by its columns."""
    documents: pa.Table
    """Of schema `DOCUMENTS`, sorted likewise."""

    @classmethod
    def of(cls, pairs: pa.Table, documents: pa.Table) -> "Leakage":
        """Bring the columns of two tables into their order and type, and the rows into order."""
        return cls(*(_tidy(table, _TABLES[name]) for table, name in
                     ((pairs, "pairs"), (documents, "documents"))))  # fmt: skip

    @property
    def sources(self) -> list[str]:
        """Names of the sources that were compared, sorted."""
        return sorted(set(self.documents["source"].to_pylist()))

    def sizes(self) -> dict[tuple[str, str], int]:
        """Documents by source and split."""
        rows = self.documents.to_pylist()
        return {(row["source"], row["split"]): row["documents"] for row in rows}

    def contamination(self, learned: Collection[str], tested: str, split: str) -> Contamination:
        """What of `tested` a model that learns from some sources has seen.

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
        """Documents of a learned split that overlap with any tested source; sorted identifiers.

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
                f"the leakage tables have nothing about {', '.join('/'.join(m) for m in missing)}",
                remedy="run `dvc repro leakage` after a change of `corpora`",
            )


def write_leakage(folder: Path, leakage: Leakage) -> None:
    """Write both tables into a folder that replaces the old one; the same to the byte."""
    with atomic_path(folder) as fresh:
        fresh.mkdir()
        for name, table in (("pairs", leakage.pairs), ("documents", leakage.documents)):
            pq.write_table(table, fresh / f"{name}.parquet", compression="zstd")


def read_leakage(folder: Path) -> Leakage:
    """Read what `write_leakage` wrote.

    Raises `InputError` for a file that is missing, damaged or of another release.
    """
    return Leakage(*(_read(Path(folder, f"{name}.parquet"), _TABLES[name]) for name in _TABLES))


def _tidy(table: pa.Table, schema: pa.Schema) -> pa.Table:
    order = [(name, "ascending") for name in schema.names if name not in _UNSORTED]
    return table.select(schema.names).cast(schema).sort_by(order).combine_chunks()


def _read(path: Path, schema: pa.Schema) -> pa.Table:
    remedy = "run `dvc repro leakage`, or `sru-ner corpora leakage`"
    try:
        with pq.ParquetFile(path) as file:
            table = file.read()
    except FileNotFoundError:
        raise InputError("there is no such file", path=path, remedy=remedy) from None
    except pa.ArrowInvalid as error:
        raise InputError(f"not a Parquet file ({error})", path=path, remedy=remedy) from None
    if not table.schema.equals(schema, check_metadata=True):
        raise InputError(
            f"not a leakage table of version {SCHEMA_VERSION}", path=path, remedy=remedy
        )
    return table
