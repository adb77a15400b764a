"""A tokenised source: ragged columns over all of its sequences, in memory or in a mapped file.

The file is one Arrow IPC record batch, a row a sequence. Its schema's metadata says what it was
made from (`identity`), what was counted, and the digest of its columns.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from sru_ner.errors import InputError
from sru_ner.files import atomic_path
from sru_ner.model.sequences import Integers

METADATA_KEY = b"sru_ner.tokenized"


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of integers, of any lengths."""

    values: np.ndarray
    """(n,) int32: all rows, one after the other."""
    bounds: np.ndarray
    """(rows + 1,) int64: row `i` is `values[bounds[i]:bounds[i + 1]]`."""

    @classmethod
    def of(cls, rows: Sequence[Integers]) -> "Ragged":
        """From rows one by one."""
        bounds = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum([len(row) for row in rows], out=bounds[1:])
        values = np.fromiter(chain.from_iterable(rows), np.int32, count=int(bounds[-1]))
        return cls(values, bounds)

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def __getitem__(self, row: int) -> np.ndarray:
        return self.values[self.bounds[row] : self.bounds[row + 1]]


_COLUMNS = ("ids", "counts", "steps", "actions")


@dataclass(frozen=True, slots=True)
class TokenizedSource:
    """All training sequences of one source."""

    types: tuple[str, ...]
    """What the types numbered 0, 1, … in `actions` are called."""
    ids: Ragged
    """Sub-words of each sequence, without CLS and SEP."""
    counts: Ragged
    """Sub-words of each word."""
    steps: Ragged
    """The step of each gold action, ascending."""
    actions: Ragged
    """The gold actions, numbered as if the source's types were all that there are."""
    inventory: np.ndarray
    """(sequences,) int32: which of `inventories` each sequence's document has."""
    inventories: tuple[tuple[str, ...] | None, ...]
    """Types marked in a document, of each kind of document; None: all of the source's."""
    taught: Mapping[str, int]
    """What is in it: `sentences`, `sequences`, `mentions`, and `sentences_packed`, which share
    their sequence with others."""
    lost: Mapping[str, int]
    """What could not be taught as it is, by reason, without zeros."""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def lengths(self) -> np.ndarray:
        """(sequences,) int64: sub-words with CLS and SEP."""
        return np.diff(self.ids.bounds) + 2

    @property
    def digest(self) -> str:
        """SHA-256 of the columns."""
        hashed = hashlib.sha256()
        for array in self._arrays():
            hashed.update(f"{array.dtype.str}{array.shape}".encode())
            hashed.update(np.ascontiguousarray(array).data)
        return hashed.hexdigest()

    def _arrays(self) -> Iterable[np.ndarray]:
        for name in _COLUMNS:
            ragged: Ragged = getattr(self, name)
            yield ragged.bounds
            yield ragged.values
        yield self.inventory


def write_tokenized(path: Path, content: TokenizedSource, identity: Mapping[str, Any]) -> None:
    """Write a source's sequences, atomically; `identity` is JSON that says what they come from."""
    about = {
        "identity": identity,
        "digest": content.digest,
        "types": list(content.types),
        "inventories": [each and list(each) for each in content.inventories],
        "taught": dict(content.taught),
        "lost": dict(content.lost),
    }
    columns = [
        pa.LargeListArray.from_arrays(ragged.bounds, ragged.values)
        for ragged in (getattr(content, name) for name in _COLUMNS)
    ]
    columns.append(pa.array(content.inventory, pa.int32()))
    batch = pa.record_batch(columns, names=[*_COLUMNS, "inventory"])
    batch = batch.replace_schema_metadata({METADATA_KEY: json.dumps(about).encode()})
    with atomic_path(path) as fresh, pa.ipc.new_file(str(fresh), batch.schema) as writer:
        writer.write_batch(batch)


def read_tokenized(path: Path, identity: Mapping[str, Any]) -> TokenizedSource:
    """Map a file that `write_tokenized` wrote for the same identity.

    Raises `FileNotFoundError` where there is none, `InputError` for a file that is damaged or was
    made from something else: every byte of its columns is checked against its digest.
    """
    try:
        # Arrow keeps the mapping for as long as one of its columns is in use.
        with pa.memory_map(str(path)) as mapped:
            batch = pa.ipc.open_file(mapped).get_batch(0)
        batch.validate(full=True)
        about = json.loads(batch.schema.metadata[METADATA_KEY])
        content = TokenizedSource(
            types=tuple(about["types"]),
            **{name: _ragged(batch.column(name)) for name in _COLUMNS},
            inventory=batch.column("inventory").to_numpy(),
            inventories=tuple(None if i is None else tuple(i) for i in about["inventories"]),
            taught=about["taught"],
            lost=about["lost"],
        )
        intact = about["digest"] == content.digest
        same = about["identity"] == identity
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _untrusted(path, f"cannot be read ({type(error).__name__})") from error
    if not same:
        raise _untrusted(path, "holds sequences that were made from something else")
    if not intact:
        raise _untrusted(path, "is not as it was written: its digest differs")
    return content


def _ragged(column: pa.LargeListArray) -> Ragged:
    return Ragged(column.values.to_numpy(), column.offsets.to_numpy())


def _untrusted(path: Path, problem: str) -> InputError:
    return InputError(
        f"this tokenised file {problem}", path=path, remedy="remove it: training makes it again"
    )
