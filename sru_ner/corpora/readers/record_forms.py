"""Forms of records: objects with names and values, as annotation tools write them.

    {"id": "7", "text": "IL-2 in mice", "spans": [{"start": 0, "end": 4, "label": "Gene"}]}

The keys of a record tell its form:

- `data` and `annotations`: a task of Label Studio (`label_studio.py`).
- `paragraphs`: a document of spaCy 2 (`spacy_json.py`).
- `text` and `denotations`, or `tracks` of them: PubAnnotation
  (http://www.pubannotation.org/docs/annotation-format/).
- `sentences` and `ner`: DyGIE and SciERC (https://github.com/dwadden/dygiepp/blob/master/DATA.md).
  Spans count the words of the document, with the last word as the end.
- `passages` and `entities`: BigBio's schema for knowledge bases.
- a text with `spans`, `entities`, `labels`, `label`, `annotations` or `ents`: Prodigy, doccano,
  spaCy, Label Studio's short form (JSON-MIN) and others.
- a list of words with tags: `tokens` with `ner_tags` (Hugging Face), and similar keys.
- a list of words with spans: `tokenized_text` with `ner` (GLiNER), `sentence` with `ner` (W2NER),
  `tokens` with `entities` (SpERT, PIQN and others for nested mentions).
- a list of a text and an object with `entities`: an example for the training of spaCy.

Offsets are code points, end exclusive. A list of words is one sentence, and its text is the words
joined by one space.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.json_values import kind_of
from sru_ner.corpora.readers.label_studio import is_task, read_task
from sru_ner.corpora.readers.raw import MalformedError, RawMention, RawSentence
from sru_ner.corpora.readers.record_options import RecordOptions
from sru_ner.corpora.readers.record_spans import listed, read_spans
from sru_ner.corpora.readers.record_words import join, read_tags
from sru_ner.corpora.readers.spacy_json import read_spacy

_TEXTS = ("text", "data")
_SPANS = ("spans", "entities", "labels", "label", "annotations", "ents")
_TOKENS = ("tokens", "words", "tokenized_text", "sentence")
_TAGS = ("ner_tags", "tags", "labels", "ner", "ner_labels", "bio_tags", "iob_tags")
_TOKEN_SPANS = ("ner", "entities", "spans")


@dataclass(slots=True)
class Content:
    """What a record says: a text, its mentions and its sentences, if it has them."""

    text: str
    mentions: list[RawMention]
    sentences: tuple[RawSentence, ...] | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """A form of records."""

    name: str
    """What it is, in words for people."""
    fits: Callable[[Mapping[str, Any], RecordOptions], bool]
    """Whether a record has this form."""
    read: Callable[[Mapping[str, Any], int, RecordOptions, list[Incident]], Content]


def _first(
    record: Mapping[str, Any],
    named: str | None,
    known: tuple[str, ...],
    kind: type | tuple[type, ...],
) -> str | None:
    """Return the key that the user named, or the first known one whose value is of a kind."""
    if named is not None:
        return named if named in record else None
    return next((key for key in known if isinstance(record.get(key), kind)), None)


def _text_key(record: Mapping[str, Any], options: RecordOptions) -> str | None:
    keys = (options.text, *(_TEXTS if options.text == "text" else ()))
    return next(
        (key for key in keys if key in record and not isinstance(record[key], (list, dict))), None
    )


def _spans_key(record: Mapping[str, Any], options: RecordOptions) -> str | None:
    """Return the key of spans; JSON-MIN of Label Studio has them under the name of its control."""
    if options.spans is not None:
        return options.spans if options.spans in record else None
    there = [key for key in _SPANS if key in record and not _are_tags(record[key], least=1)]
    known = next((key for key in there if record[key] is not None), there[0] if there else None)
    return known or next((key for key, value in record.items() if _are_regions(value)), None)


def count_spans(record: Mapping[str, Any], options: RecordOptions) -> int:
    """Return the number of spans of a record with a text that is not read."""
    key = _spans_key(record, options)
    return len(record[key]) if key and isinstance(record[key], list) else 0


def _are_regions(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(x, dict) and {"start", "end", "labels"} <= set(x) for x in value)
    )


def _has_text_and_spans(record: Mapping[str, Any], options: RecordOptions) -> bool:
    if _text_key(record, options) is None:
        return False
    # These say without any span that there is none.
    empty = record.get("answer") is not None or "annotation_id" in record
    return _spans_key(record, options) is not None or empty


def _read_text(
    record: Mapping[str, Any], line: int, options: RecordOptions, incidents: list[Incident]
) -> Content:
    key, spans = _text_key(record, options), _spans_key(record, options)
    text = _string(record, key or options.text)
    found = [] if spans is None else read_spans(record[spans], text, line, options, incidents)
    return Content(text, found)


def _string(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        raise MalformedError(f"{key!r} is {kind_of(value)}, not a string")
    return value


def _is_pubannotation(record: Mapping[str, Any], options: RecordOptions) -> bool:
    return options.text in record and bool({"denotations", "tracks"} & set(record))


def _read_pubannotation(
    record: Mapping[str, Any], line: int, options: RecordOptions, incidents: list[Incident]
) -> Content:
    text = _string(record, options.text)
    tracks = record.get("tracks") or []
    if not isinstance(tracks, list) or not all(isinstance(track, dict) for track in tracks):
        raise MalformedError("'tracks' is not a list of objects")
    holders = [holder for holder in (record, *tracks) if holder.get("denotations") is not None]
    mentions = [
        mention
        for holder in holders
        for mention in read_spans(holder["denotations"], text, line, options, incidents)
    ]
    return Content(text, mentions)


def _is_dygie(record: Mapping[str, Any], _: RecordOptions) -> bool:
    return isinstance(record.get("sentences"), list) and "ner" in record


def _read_dygie(
    record: Mapping[str, Any], line: int, options: RecordOptions, incidents: list[Incident]
) -> Content:
    joined, lists = join(record["sentences"]), record["ner"]
    if not isinstance(lists, list) or len(lists) != len(joined.sentences):
        raise MalformedError("'ner' has not one list for each of the 'sentences'")
    spans = list(chain.from_iterable(map(listed, lists)))
    found = read_spans(
        spans, joined.text, line, options, incidents, words=joined.words, inclusive=True
    )
    return Content(joined.text, found, joined.sentences)


def _is_bigbio(record: Mapping[str, Any], _: RecordOptions) -> bool:
    passages = record.get("passages")
    return "entities" in record and isinstance(passages, list) and all(
        isinstance(passage, dict) and {"text", "offsets"} <= set(passage) for passage in passages
    ) and bool(passages)  # fmt: skip


def _read_bigbio(
    record: Mapping[str, Any], line: int, options: RecordOptions, incidents: list[Incident]
) -> Content:
    text = ""
    for passage in record["passages"]:
        texts, places = passage["text"], passage["offsets"]
        texts = [texts] if isinstance(texts, str) else texts
        if not isinstance(texts, list) or not isinstance(places, list) or len(texts) != len(places):
            raise MalformedError("a passage has not as many texts as offsets")
        for piece, place in zip(texts, places, strict=True):
            if not (isinstance(piece, str) and isinstance(place, list) and len(place) == 2):
                raise MalformedError("a passage's text is no string, or its offsets are no pair")
            start = place[0]
            if not isinstance(start, int) or not len(text) <= start <= len(text) + 1000:
                raise MalformedError("the passages are not one after the other")
            text += " " * (start - len(text)) + piece
    return Content(text, read_spans(record["entities"], text, line, options, incidents))


def _has_words(record: Mapping[str, Any], options: RecordOptions) -> str | None:
    return _first(record, options.tokens, _TOKENS, list)


def _tags_key(record: Mapping[str, Any], options: RecordOptions) -> str | None:
    if options.tags is not None:
        return options.tags if options.tags in record else None
    # An empty list under other keys is more likely one of spans.
    plain = ("ner_tags", "tags")
    return next((k for k in _TAGS if _are_tags(record.get(k), least=int(k not in plain))), None)


def tags_of(record: Mapping[str, Any]) -> list[Any]:
    """Return the tags of a record of words with tags, as they are in it."""
    key = _tags_key(record, RecordOptions())
    return list(record[key]) if key else []


def _are_tags(value: Any, least: int = 0) -> bool:
    if not isinstance(value, list) or len(value) < least:
        return False
    return all(isinstance(tag, (str, int)) for tag in value)


def _has_tags(record: Mapping[str, Any], options: RecordOptions) -> bool:
    words, tags = _has_words(record, options), _tags_key(record, options)
    return words is not None and tags not in (None, words) and options.spans is None


def _read_tagged(
    record: Mapping[str, Any], line: int, options: RecordOptions, _: list[Incident]
) -> Content:
    joined = join([record[_has_words(record, options) or ""]])
    tags = record[_tags_key(record, options) or ""]
    return Content(joined.text, read_tags(tags, joined, line, options), joined.sentences)


def _token_spans_key(record: Mapping[str, Any], options: RecordOptions) -> str | None:
    return _first(record, options.spans, _TOKEN_SPANS, (list, dict))


def _has_token_spans(record: Mapping[str, Any], options: RecordOptions) -> bool:
    return _has_words(record, options) is not None and _token_spans_key(record, options) is not None


def _read_token_spans(
    record: Mapping[str, Any], line: int, options: RecordOptions, incidents: list[Incident]
) -> Content:
    joined = join([record[_has_words(record, options) or ""]])
    key = _token_spans_key(record, options) or ""
    found = read_spans(
        record[key],
        joined.text,
        line,
        options,
        incidents,
        words=joined.words,
        inclusive=key == "ner",
    )
    return Content(joined.text, found, joined.sentences)


def _read_task(
    record: Mapping[str, Any], line: int, options: RecordOptions, incidents: list[Incident]
) -> Content:
    return Content(*read_task(record, line, options, incidents))


def _read_spacy(
    record: Mapping[str, Any], line: int, options: RecordOptions, incidents: list[Incident]
) -> Content:
    return Content(*read_spacy(record, line, options, incidents))


FORMS = (
    Form("tasks of Label Studio", lambda record, _: is_task(record), _read_task),
    Form(
        "documents of spaCy 2",
        lambda record, _: isinstance(record.get("paragraphs"), list),
        _read_spacy,
    ),
    Form("texts with denotations (PubAnnotation)", _is_pubannotation, _read_pubannotation),
    Form("sentences with spans of words (DyGIE, SciERC)", _is_dygie, _read_dygie),
    Form("passages with entities (BigBio)", _is_bigbio, _read_bigbio),
    Form("texts with spans", _has_text_and_spans, _read_text),
    Form("words with tags", _has_tags, _read_tagged),
    Form("words with spans of words", _has_token_spans, _read_token_spans),
)
"""All forms of records. The first one that fits is taken."""
