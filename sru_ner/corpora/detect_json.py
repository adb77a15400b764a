"""Tells formats of JSON apart: lines of records, a list of records, BioC; and guesses options.

Records are looked at in several files, to say which form they have and which scheme their tags.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from sru_ner.corpora.archives import Part
from sru_ner.corpora.detect_tags import guess_bare_tags, guess_tags
from sru_ner.corpora.readers import json_file, jsonl
from sru_ner.corpora.readers.json_values import after_blank, next_value
from sru_ner.corpora.readers.parquet_rows import has_rows, numbered_rows
from sru_ner.corpora.readers.record_forms import tags_of
from sru_ner.corpora.readers.record_options import RecordOptions
from sru_ner.corpora.readers.records import find_form
from sru_ner.errors import InputError

SAMPLE = 200
"""Number of records of a file that are looked at."""
MOST_FILES = 20
"""Number of files that are looked at."""


@dataclass(frozen=True, slots=True)
class RecordGuess:
    """Options of a reader of records, and sentences about the records for people."""

    options: dict[str, Any]
    notes: tuple[str, ...]


def json_reader(part: Part) -> Literal["bioc_json", "json", "jsonl"]:
    """Return the name of the reader for a file that begins like JSON.

    A broken file gets a reader that names the line of the mistake.
    """
    text = part.content.decode("utf-8-sig", errors="replace")
    try:
        first = _first_value(text, part)
    except InputError:
        return "jsonl" if _are_lines(text) else "json"
    if _is_bioc(first):
        return "bioc_json"
    if _are_lines(text):
        return "jsonl"
    return "json"


def _first_value(text: str, part: Part) -> Any:
    """Return the first value of a file, or the first element if that is a list."""
    position = after_blank(text, 0)
    if text.startswith("[", position):
        inner = after_blank(text, position + 1)
        if text.startswith("]", inner):
            return None
        position = inner
    return next_value(text, position, 1, part)[0]


def _are_lines(text: str) -> bool:
    """Whether the first two lines that are not blank are a record each, or the only one is."""
    lines = list(islice(_lines(text), 2))
    values = []
    for line in lines:
        try:
            values.append(json.loads(line))
        except (ValueError, RecursionError):
            return bool(values) and _is_record(values[0])
    return bool(values) and all(map(_is_record, values))


def _is_record(value: Any) -> bool:
    if find_form(value, RecordOptions()):
        return True
    return isinstance(value, dict) and not any(isinstance(held, list) for held in value.values())


def _lines(text: str) -> Iterator[str]:
    position = 0
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        if text[position:end].strip():
            yield text[position:end]
        position = end + 1


def _is_bioc(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    if "PubTator3" in value:
        return True
    documents = value.get("documents")
    if isinstance(documents, list):
        return not documents or _is_bioc(documents[0])
    passages = value.get("passages")
    if not isinstance(passages, list) or "entities" in value or "spans" in value:
        return False
    return all(isinstance(passage, dict) and "offsets" not in passage for passage in passages)


def guess_records(reader: str, parts: Sequence[Part]) -> RecordGuess:
    """Look at some records of several files; say which form they have and which tags."""
    forms: Counter[str] = Counter()
    tags: list[str | None] = []
    numbers = 0
    for part in parts[:: max(1, len(parts) // MOST_FILES)]:
        for record in _sample(reader, part):
            form = find_form(record, RecordOptions())
            forms[form.name if form else "records of no known form"] += 1
            found = tags_of(record) if form and form.name == "words with tags" else []
            numbers += any(isinstance(tag, int) for tag in found)
            tags += [*(tag for tag in found if isinstance(tag, str)), None]
    notes = [f"the file holds {name}" for name, _ in forms.most_common()]
    if numbers:
        notes.append(
            "the tags are numbers: name them from 0 on, by --option tag_names=O,B-X,I-X and so on"
        )
    form_of_tags = guess_tags(tags) or guess_bare_tags(tags)
    if form_of_tags is None:
        return RecordGuess({}, tuple(notes))
    scheme = {"scheme": form_of_tags.scheme} if form_of_tags.scheme != "iob2" else {}
    return RecordGuess(scheme | form_of_tags.options(), tuple(notes))


def _sample(reader: str, part: Part) -> Iterator[Any]:
    """Yield the first records of a file, as far as it can be read."""
    found: Iterable[Any]
    if reader == "parquet":
        found = (row for _, row in numbered_rows(part, RecordOptions())) if has_rows(part) else ()
    elif reader == "jsonl":
        found = (value for _, value in jsonl.numbered_records(part, jsonl.Options()))
    else:
        found = (each.value for each in json_file.elements(part, json_file.Options()))
    try:
        yield from islice(found, SAMPLE)
    except InputError:
        return
