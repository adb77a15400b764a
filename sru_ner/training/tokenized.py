"""A tokenised source: columns over all of its sequences, in memory or in a memory-mapped file.

The file is one Arrow IPC record batch with a row for each sequence. The metadata of its schema
holds what it was made from (`identity`), the counts, and the digest of its columns.
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
from sru_ner.model.actions import SHIFT, action_count
from sru_ner.model.sequences import Integers

METADATA_KEY = b"sru_ner.tokenized"


@dataclass(frozen=True, slots=True)
class Ragged:
    """Rows of integers that have different lengths."""

    values: np.ndarray
    """(n,) int32: all rows, joined."""
    bounds: np.ndarray
    """(rows + 1,) int64: row `i` is `values[bounds[i] : bounds[i + 1]]`."""

    @classmethod
    def of(cls, rows: Sequence[Integers]) -> "Ragged":
        """Build from a sequence of rows."""
        bounds = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum([len(row) for row in rows], out=bounds[1:])
        values = np.fromiter(chain.from_iterable(rows), np.int32, count=int(bounds[-1]))
        return cls(values, bounds)

    def __len__(self) -> int:
        return len(self.bounds) - 1

    def __getitem__(self, row: int) -> np.ndarray:
        return self.values[self.bounds[row] : self.bounds[row + 1]]


_COLUMNS = (
    "ids",
    "counts",
    "steps",
    "actions",
    "rejected_steps",
    "rejected_actions",
    "taught_steps",
    "taught_actions",
    "taught_values",
)


@dataclass(frozen=True, slots=True)
class TokenizedSource:
    """All training sequences of one source."""

    types: tuple[str, ...]
    """Names of the types that have the numbers 0, 1, … in `actions`."""
    others: tuple[str, ...]
    """Labels that have the numbers after these: those of other sources, if a first model or a
    teacher has something to say about them."""
    taught: tuple[int, ...]
    """Numbers of the types and labels that the teacher knows; empty without a teacher."""
    ids: Ragged
    """Ids of the sub-words of each sequence, without CLS and SEP."""
    counts: Ragged
    """Number of sub-words of each word."""
    steps: Ragged
    """Number of the step of each gold action, ascending."""
    actions: Ragged
    """Ids of the gold actions, as if there were no other types than those of the source and
    `others`."""
    rejected_steps: Ragged
    """Number of the step of each action that people called wrong there, ascending."""
    rejected_actions: Ragged
    """Ids of these actions; see `model/rejected_actions.py`."""
    taught_steps: Ragged
    """Number of the step of each probability of the teacher, ascending; see `TaughtSteps`."""
    taught_actions: Ragged
    """Ids of these actions, as in `actions`."""
    taught_values: Ragged
    """These probabilities, in units of 1 / `teacher.CERTAIN`."""
    inventory: np.ndarray
    """(sequences,) int32: index into `inventories` of each sequence's document."""
    inventories: tuple[tuple[str, ...] | None, ...]
    """The different sets of types marked in documents; None: all types of the source."""
    kept: Mapping[str, int]
    """Counts of `sentences`, `sequences`, `mentions` that annotators marked, `sentences_packed`,
    which share their sequence with others, and, if there are any, `predicted` mentions."""
    skipped: Mapping[str, int]
    """Counts of left-out mentions and of cut sentences by reason, without zeros; for the reasons
    see `preparation.tokenize_sentences`."""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def lengths(self) -> np.ndarray:
        """(sequences,) int64: number of sub-words, CLS and SEP included."""
        return np.diff(self.ids.bounds) + 2

    @property
    def mentioning(self) -> np.ndarray:
        """(sequences,) bool: whether annotators marked a mention in each sequence."""
        actions = self.actions.values
        marked = (actions > SHIFT) & (actions < action_count(len(self.types)))
        opens = np.concatenate([[0], np.cumsum(marked)])
        return np.diff(opens[self.actions.bounds]) > 0

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
    """Write a source's sequences, atomically.

    identity: JSON values of everything that the sequences depend on.
    """
    about = {
        "identity": identity,
        "digest": content.digest,
        "types": list(content.types),
        "others": list(content.others),
        "taught": list(content.taught),
        "inventories": [each and list(each) for each in content.inventories],
        "kept": dict(content.kept),
        "skipped": dict(content.skipped),
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

    Every byte of the columns is checked against the digest. Raises `FileNotFoundError` if there is
    no file, `InputError` if it is damaged or has another identity.
    """
    try:
        # Arrow keeps the mapping while one of its columns is in use.
        with pa.memory_map(str(path)) as mapped:
            batch = pa.ipc.open_file(mapped).get_batch(0)
        batch.validate(full=True)
        about = json.loads(batch.schema.metadata[METADATA_KEY])
        content = TokenizedSource(
            types=tuple(about["types"]),
            others=tuple(about["others"]),
            taught=tuple(about["taught"]),
            **{name: _ragged(batch.column(name)) for name in _COLUMNS},
            inventory=batch.column("inventory").to_numpy(),
            inventories=tuple(None if i is None else tuple(i) for i in about["inventories"]),
            kept=about["kept"],
            skipped=about["skipped"],
        )
        intact = about["digest"] == content.digest
        same = about["identity"] == identity
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unusable(path, f"cannot be read ({type(error).__name__})") from error
    if not same:
        raise _unusable(path, "was made from other data or settings")
    if not intact:
        raise _unusable(path, "has changed since it was written: its digest differs")
    return content


def _ragged(column: pa.LargeListArray) -> Ragged:
    return Ragged(column.values.to_numpy(), column.offsets.to_numpy())


def _unusable(path: Path, problem: str) -> InputError:
    return InputError(
        f"the tokenised file {problem}", path=path, remedy="remove it, and train again"
    )
