"""The catalog entry of a user's files: drafted from what is in them, written for people to edit."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pooch
import yaml
from pydantic import ValidationError

from sru_ner.corpora.catalog import Source, load_entries
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
    """A user's file, folder or archive, and the split it holds."""

    path: Path
    split: tuple[str, ...]
    """One split, or train and dev where dev has to be drawn from it."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a reader found in a corpus's files."""

    mentions: Counter[str]
    """By source type."""
    examples: Mapping[str, str]
    """Source type → its most frequent text."""
    documents: bool
    """Whether it says which sentences belong to one document."""
    sentences: bool
    """Whether it says where sentences begin and end."""


def guess_split(path: Path) -> tuple[str, ...]:
    """The split that a file's name says; train and dev if it says none."""
    found = next((split for split, name in _SPLIT_NAMES if name.search(path.name)), None)
    return (found,) if found else ("train", "dev")


def read_contents(files: Sequence[LocalFile], format_: Format) -> Contents:
    """Read all files with one reader; raises `InputError` where one is not of its format."""
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
    """The entry as plain values; `about` has title, citation and so on, as far as known."""
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
                # Of a folder nothing short says whether it has changed.
                **({"sha256": pooch.file_hash(str(file.path))} if file.path.is_file() else {}),
                "split": file.split[0] if len(file.split) == 1 else list(file.split),
            }
            for file in files
        ],
    }


def check_entry(name: str, entry: Mapping[str, Any]) -> Source:
    """The entry as the catalog takes it; `InputError` that names the key where it does not."""
    try:
        return Source.model_validate({**entry, "name": name})
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "entry"
        raise InputError(
            f"{name}: {place}: {first['msg'].removeprefix('Value error, ')}",
            remedy="sru_ner/corpora/catalog.py says what each key means",
        ) from None


def entry_text(name: str, entry: Mapping[str, Any], contents: Contents) -> str:
    """The entry as YAML below `sources:`, its type map with counts and examples beside it."""
    head = {key: value for key, value in entry.items() if key not in ("types", "files", "given")}
    lines = [f"{name}:", *_indented(head, 2), "  types:"]
    for source_type, type_ in entry["types"].items():
        count = contents.mentions[source_type]
        # Not an example: a catalog may be published, and the text is not ours to publish.
        shown = yaml.safe_dump({source_type: type_}, allow_unicode=True, width=1000).strip()
        lines.append(f"    {shown}  # {count:,} in the files")
    lines += [f"  given: {_flow(entry['given'])}", "  files:"]
    lines += [f"    - {_flow(file)}" for file in entry["files"]]
    return "\n".join("  " + line for line in lines) + "\n"


def _flow(values: Mapping[str, Any]) -> str:
    dumped = yaml.safe_dump(
        dict(values), default_flow_style=True, sort_keys=False, allow_unicode=True, width=1000
    )
    return dumped.strip()


def _indented(values: Mapping[str, Any], by: int) -> list[str]:
    text = yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=False, width=96)
    return [" " * by + line for line in text.splitlines()]


def append_entry(catalog: Path, name: str, text: str) -> None:
    """Add an entry's text to the end of a user's catalog, which is made where there is none.

    What stands in it stays as it is, comments too. Raises `InputError` where it is no catalog, or
    has such an entry already.
    """
    before = "sources:\n"
    if catalog.exists():
        if name in load_entries(catalog):
            raise InputError(
                f"there is a corpus {name!r} in it already",
                path=catalog,
                remedy="give the corpus another name, or remove the entry first",
            )
        before = catalog.read_text(encoding="utf-8").rstrip("\n") + "\n\n"
    combined = before + text
    try:
        content = yaml.safe_load(combined)
    except yaml.YAMLError:
        content = None
    if not isinstance(content, dict) or name not in (content.get("sources") or {}):
        raise InputError(
            "the new entry would not come to stand below `sources:`",
            path=catalog,
            remedy="let `sources:` be the last key of the file, its entries indented by two",
        )
    write_text(catalog, combined)
