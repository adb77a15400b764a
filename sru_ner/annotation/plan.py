"""How the input is divided into shards: a file each, or a row group of a Parquet file."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sru_ner.annotation.inputs.parquet import row_groups
from sru_ner.annotation.inputs.source import PACKED, Source
from sru_ner.annotation.job import Job
from sru_ner.errors import InputError


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of the input that is done as a whole."""

    source: Source
    name: str
    """Of its output, without ending."""
    sha256: str
    """Of the input file."""


def plan_shards(sources: Sequence[Source], job: Job) -> list[Shard]:
    """The shards of these sources, in their order; reads each file once, for its digest.

    Raises `InputError` where one cannot be read or two would be written under one name.
    """
    shards = []
    for source in sources:
        if source.path is None:
            raise InputError(
                "standard input cannot be read again after an interruption",
                remedy="name a file as --output, or files as input",
            )
        digest = file_digest(source.path)
        name = _output_name(source)
        if job.format_of(source) == "parquet" and (groups := row_groups(source)):
            shards += [
                Shard(replace(source, row_group=group), f"{name}-{group:05d}", digest)
                for group in range(groups)
            ]
        else:
            shards.append(Shard(source, name, digest))
    counts = Counter(shard.name.casefold() for shard in shards)
    # Of files that differ in their ending only, each keeps it.
    shards = [
        replace(s, name=s.source.name.replace("/", "--")) if counts[s.name.casefold()] > 1 else s
        for s in shards
    ]
    twice = [name for name, n in Counter(s.name.casefold() for s in shards).items() if n > 1]
    if twice:
        raise InputError(
            f"several inputs would be written under the name {min(twice)!r}",
            remedy="name the folder that holds them, not the files",
        )
    return shards


def _output_name(source: Source) -> str:
    """The source's name without its ending, with `--` for each `/`."""
    name = source.name.removesuffix(PACKED)
    return str(Path(name).with_suffix("")).replace("/", "--")


def file_digest(path: Path) -> str:
    """SHA-256 of a file's content, hexadecimal. Raises `InputError` where it cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise InputError(
            f"cannot be read ({error.strerror})", path=path, remedy="correct its name or rights"
        ) from None
