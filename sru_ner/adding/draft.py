"""Drafts the catalog entry of a user's files from their content, as YAML for people to edit."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from sru_ner.adding.draw import Drawn, choose_seed
from sru_ner.adding.files import LocalFile
from sru_ner.corpora.archives import passed_over
from sru_ner.corpora.checksums import sha256_of
from sru_ner.corpora.detect import Format, choose_format
from sru_ner.corpora.incidents import Incidents
from sru_ner.corpora.readers import READERS
from sru_ner.corpora.readers.raw import Reading
from sru_ner.corpora.source import read_entry
from sru_ner.corpora.split_names import globs
from sru_ner.errors import InputError
from sru_ner.files import write_text
from sru_ner.harmonize.pipeline import read_source_file


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
    drawn: tuple[Drawn, ...] = ()
    """Documents whose splits are drawn."""
    passed_over: tuple[str, ...] = ()
    """Files that are no part of the corpus, as their names say."""
    pieces: tuple[str, ...] = ()
    """Texts of the mentions that are in pieces, with words between them, and refused for it."""
    refused: tuple[str, ...] = ()
    """Mentions that the reader refused, a line for each reason, with the place of the first."""


def format_of(files: Sequence[LocalFile], reader: str | None, options: Mapping[str, Any]) -> Format:
    """Return the format of all files together, as `choose_format` does.

    Raises its errors, and `InputError` for loose files that are read in pairs.
    """
    paths = list(dict.fromkeys(file.path for file in files))
    found = choose_format(paths[0], reader, options, more=paths[1:])
    loose = [path for path in paths if path.suffix in (".txt", ".ann", ".a1") and path.is_file()]
    if found.reader == "brat" and loose:
        raise InputError(
            "a text of brat and its mentions are two files, which are found in a folder",
            path=loose[0],
            remedy=f"name the folder instead of its files: {loose[0].parent}",
        )
    return found


def read_contents(name: str, files: Sequence[LocalFile], format_: Format) -> Contents:
    """Read all files of the corpus `name` with one reader.

    Raises `InputError` if a file is not in its format.
    """
    given = {"splits": _are_given(files), "documents": True, "sentences": True}
    provisional = read_entry(name, _entry(files, format_, {"X": "X"}, given, {}))
    paths = {file.raw_name: file.path for file in files}
    readings = [
        (file.split, read_source_file(provisional, file, paths[file.name]))
        for file in provisional.document_files
    ]
    mentions: Counter[str] = Counter()
    texts: dict[str, Counter[str]] = {}
    for mention in (m for _, reading in readings for d in reading.documents for m in d.mentions):
        mentions[mention.type] += 1
        texts.setdefault(mention.type, Counter())[mention.text.strip()] += bool(mention.text)
    return Contents(
        mentions=mentions,
        examples={t: min(found, key=lambda x: (-found[x], x)) for t, found in texts.items()},
        documents=format_.reader != "iob" or any(_has_documents(r) for _, r in readings),
        sentences=any(d.sentences is not None for _, r in readings for d in r.documents),
        drawn=tuple(
            Drawn(splits, document.id, len(document.mentions))
            for splits, reading in readings
            for document in reading.documents
            if len(splits) > 1
        ),
        passed_over=tuple(
            f"{path}/{name}"
            for path in dict.fromkeys(file.path for file in files)
            for name in passed_over(path)
        ),
        pieces=tuple(
            mention.text
            for _, reading in readings
            for document in reading.documents
            for mention in document.mentions
            if mention.fragments
        ),
        refused=tuple(_refused(reading for _, reading in readings)),
    )


def _refused(readings: Iterable[Reading]) -> list[str]:
    incidents = Incidents()
    for reading in readings:
        incidents.extend(reading.incidents)
    return [
        f"{kind.occurrences:,} × {kind.reason.replace('_', ' ')} (first: {kind.examples[0].place})"
        for kind in incidents.kinds("refused")
    ]


def _are_given(files: Sequence[LocalFile]) -> bool:
    return all(len(file.split) == 1 for file in files)


def _has_documents(reading: Reading) -> bool:
    return any(document.sentences is None or len(document.sentences) > 1
               for document in reading.documents)  # fmt: skip


def draft_entry(
    files: Sequence[LocalFile],
    format_: Format,
    contents: Contents,
    types: Mapping[str, str | None],
    about: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the entry as plain values. `about` has title, citation and so on, as far as known.

    Raises `InputError` if there are too few documents to draw splits of them.
    """
    given = {
        "splits": _are_given(files),
        "documents": contents.documents,
        "sentences": contents.sentences,
    }
    seed = choose_seed(contents.drawn)
    more = {**about, **({"draw_seed": seed} if seed else {})}
    return _entry(files, format_, types, given, more)


def _entry(
    files: Sequence[LocalFile],
    format_: Format,
    types: Mapping[str, str | None],
    given: Mapping[str, bool],
    about: Mapping[str, Any],
) -> dict[str, Any]:
    defaults = {"title": "", "citation": "none", "licence": "not stated"}
    return {
        **defaults,
        **about,
        "reader": format_.reader,
        **({"options": format_.options} if format_.options else {}),
        "types": dict(types),
        "given": dict(given),
        "obtain": "put in place by `sru-ner corpora add`",
        "files": [row for file in files for row in _file_rows(file, format_)],
    }


def _file_rows(file: LocalFile, format_: Format) -> list[dict[str, Any]]:
    """Return the rows of a file in the entry: one, or one for each glob of the files inside."""
    row: dict[str, Any] = {"name": file.raw_name}
    if file.path.is_file():  # a folder has no checksum
        row["sha256"] = sha256_of(file.path)
    row["split"] = file.split[0] if len(file.split) == 1 else list(file.split)
    if not file.members:
        return [row]
    # A reader takes some files only, such as those that end in .xml.
    default = READERS[format_.reader].options.model_fields["members"].default
    taken = format_.options.get("members", default)
    members = [name for name in file.members if fnmatchcase(name, taken)]
    others = {*file.members, *file.others}.difference(members)
    return [{**row, "members": glob} for glob in globs(members, others)]


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


def write_entry(path: Path, text: str, *, replace: bool = False) -> None:
    """Write an entry's text to the file of a corpus.

    Raises `InputError` if the file already exists and may not be replaced, so that nobody's edits
    are lost.
    """
    if path.exists() and not replace:
        raise InputError(
            "this file already exists",
            path=path,
            remedy="give the corpus another name, or replace it with --replace",
        )
    write_text(path, text)
