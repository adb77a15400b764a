"""Divides the input into shards: a file each, or a row group of a Parquet file each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sru_ner.annotation.inputs.parquet import row_groups
from sru_ner.annotation.inputs.source import Source
from sru_ner.annotation.job import Job
from sru_ner.environment.provenance import file_digest
from sru_ner.errors import InputError
from sru_ner.files import unreadable


@dataclass(frozen=True, slots=True)
class Shard:
    """Part of the input that is annotated completely or not at all."""

    source: Source
    name: str
    """Name of its output, without the ending; with folders if each file is a document."""
    sha256: str
    """SHA-256 of the input file."""


def plan_shards(sources: Sequence[Source], job: Job) -> list[Shard]:
    """Divide sources into shards, in their order.

    Reads each file once, for its digest. Raises `InputError` for standard input, for a file that
    cannot be read, and for two shards whose outputs would have one name.
    """
    shards = []
    whole = job.input_options.unit == "file"
    for source in sources:
        if source.path is None:
            raise InputError(
                f"{source.place} cannot be read again after an interruption",
                remedy="name a file as --output, or files as input",
            )
        digest = _input_digest(source.path)
        name = source.base if whole else source.base.replace("/", "--")
        if job.format_of(source) == "parquet" and (groups := row_groups(source)):
            shards += [
                Shard(replace(source, row_group=group), f"{name}-{group:05d}", digest)
                for group in range(groups)
            ]
        else:
            shards.append(Shard(source, name, digest))
    counts = Counter(shard.name.casefold() for shard in shards)
    # Files whose names differ only in the ending keep it.
    shards = [
        replace(s, name=s.source.name if whole else s.source.name.replace("/", "--"))
        if counts[s.name.casefold()] > 1
        else s
        for s in shards
    ]
    twice = [name for name, n in Counter(s.name.casefold() for s in shards).items() if n > 1]
    if twice:
        raise InputError(
            f"several inputs would be written under the name {min(twice)!r}",
            remedy="name the folder that holds them, not the files",
        )
    return shards


def _input_digest(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal; raise `InputError` if it cannot be read."""
    try:
        return file_digest(path)
    except OSError as error:
        raise unreadable(path, error, remedy="correct its name or permissions") from None
