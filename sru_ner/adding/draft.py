"""Drafts the catalog entry of a user's files from their content, as YAML for people to edit."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pooch
import yaml

from sru_ner.corpora.detect import Format
from sru_ner.corpora.readers import read_file
from sru_ner.corpora.readers.raw import Reading
from sru_ner.errors import InputError
from sru_ner.files import write_text

_SPLIT_NAMES = (
    ("train", re.compile(r"train|trng", re.IGNORECASE)),
    ("dev", re.compile(r"dev|valid|tune|testa", re.IGNORECASE)),
    ("test", re.compile(r"test|eval", re.IGNORECASE)),
)


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A user's file, folder or archive, and the split that it holds."""

    path: Path
    split: tuple[str, ...]
    """One split, or train and dev if dev has to be drawn from the file."""


@dataclass(frozen=True, slots=True)
class Contents:
    """Contents of a corpus's files, as a reader found them."""

    mentions: Counter[str]
    """Number of mentions of each source type."""
    examples: Mapping[str, str]
    """Source type → the most frequent text of its mentions."""
    documents: bool
    """Whether the files say which sentences belong to one document."""
    sentences: bool
    """Whether the files say where sentences begin and end."""


def guess_split(path: Path) -> tuple[str, ...]:
    """Return the split that a file's name says, or train and dev if it says none."""
    found = next((split for split, name in _SPLIT_NAMES if name.search(path.name)), None)
    return (found,) if found else ("train", "dev")


def read_contents(files: Sequence[LocalFile], format_: Format) -> Contents:
    """Read all files with one reader. Raises `InputError` if a file is not in its format."""
    readings = [
        read_file(format_.reader, file.path, name=file.path.stem, options=format_.options)
        for file in files
    ]
    mentions: Counter[str] = Counter()
    texts: dict[str, Counter[str]] = {}
    for mention in (m for reading in readings for d in reading.documents for m in d.mentions):
        mentions[mention.type] += 1
        texts.setdefault(mention.type, Counter())[mention.text.strip()] += bool(mention.text)
    return Contents(
        mentions=mentions,
        examples={t: min(found, key=lambda x: (-found[x], x)) for t, found in texts.items()},
        documents=format_.reader != "iob" or any(_has_documents(r) for r in readings),
        sentences=any(d.sentences is not None for r in readings for d in r.documents),
    )


def _has_documents(reading: Reading) -> bool:
    return any(document.sentences is None or len(document.sentences) > 1
               for document in reading.documents)  # fmt: skip


def draft_entry(
    files: Sequence[LocalFile],
    format_: Format,
    contents: Contents,
    types: Mapping[str, str | None],
    about: Mapping[str, str],
) -> dict[str, Any]:
    """Return the entry as plain values. `about` has title, citation and so on, as far as known."""
    defaults = {"title": "", "citation": "none", "licence": "not stated"}
    return {
        **defaults,
        **about,
        "reader": format_.reader,
        **({"options": format_.options} if format_.options else {}),
        "types": dict(types),
        "given": {
            "splits": all(len(file.split) == 1 for file in files),
            "documents": contents.documents,
            "sentences": contents.sentences,
        },
        "obtain": "put in place by `sru-ner corpora add`",
        "files": [
            {
                "name": file.path.name,
                # A folder has no checksum.
                **({"sha256": pooch.file_hash(str(file.path))} if file.path.is_file() else {}),
                "split": file.split[0] if len(file.split) == 1 else list(file.split),
            }
            for file in files
        ],
    }


def entry_text(entry: Mapping[str, Any], contents: Contents) -> str:
    """Return the entry as YAML for people to edit, with the number of mentions of each type."""
    head = {key: value for key, value in entry.items() if key not in ("types", "files", "given")}
    text = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=96)
    lines = [*text.splitlines(), "types:"]
    for source_type, type_ in entry["types"].items():
        count = contents.mentions[source_type]
        # Not an example: an entry may be published, and the text is not ours to publish.
        shown = yaml.safe_dump({source_type: type_}, allow_unicode=True, width=1000).strip()
        lines.append(f"  {shown}  # {count:,} in the files")
    lines += [f"given: {_flow(entry['given'])}", "files:"]
    lines += [f"  - {_flow(file)}" for file in entry["files"]]
    return "\n".join(lines) + "\n"


def _flow(values: Mapping[str, Any]) -> str:
    dumped = yaml.safe_dump(
        dict(values), default_flow_style=True, sort_keys=False, allow_unicode=True, width=1000
    )
    return dumped.strip()


def write_entry(path: Path, text: str) -> None:
    """Write an entry's text to the file of a new corpus.

    Raises `InputError` if the file already exists, so that nobody's edits are lost.
    """
    if path.exists():
        raise InputError(
            "this file already exists",
            path=path,
            remedy="give the corpus another name, or remove the file first",
        )
    write_text(path, text)
