"""Reads a document of the JSON format for training that spaCy 2 had, and `spacy convert` wrote.

https://v2.spacy.io/api/annotation#json-input describes it: a document has paragraphs, each with a
`raw` text and sentences of tokens, of which `orth` is the word and `ner` the tag in BILOU. spaCy 3
adds `entities` with offsets in `raw`. A paragraph without `raw` has its words joined by one space.
Paragraphs are joined by a line end.
"""

from collections.abc import Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.json_values import kind_of
from sru_ner.corpora.readers.raw import MalformedError, RawMention, RawSentence
from sru_ner.corpora.readers.record_options import RecordOptions
from sru_ner.corpora.readers.record_spans import read_spans
from sru_ner.corpora.readers.record_words import Joined, join, read_tags

_UNKNOWN = ("", "-", None)
"""Tags that say that nobody knows whether there is a mention."""


def read_spacy(
    record: Mapping[str, Any], line: int, options: RecordOptions, incidents: list[Incident]
) -> tuple[str, list[RawMention], tuple[RawSentence, ...] | None]:
    """Return the text, the mentions and the sentences of a document.

    Raises `MalformedError` if a paragraph has neither entities nor tokens with tags, if the words
    are not in the raw text, or if it is not known whether a word is in a mention.
    """
    texts: list[str] = []
    mentions: list[RawMention] = []
    sentences: list[RawSentence] = []
    offset, split = 0, True
    for paragraph in record["paragraphs"]:
        if not isinstance(paragraph, dict):
            raise MalformedError(f"a paragraph is {kind_of(paragraph)}, not an object")
        joined, found = _paragraph(paragraph, line, options, incidents)
        texts.append(joined.text)
        mentions += (
            replace(m, start=m.start + offset, end=m.end + offset,
                    fragments=tuple((a + offset, b + offset) for a, b in m.fragments))
            for m in found
        )  # fmt: skip
        split = split and bool(joined.sentences)
        sentences += (_moved(sentence, offset) for sentence in joined.sentences)
        offset += len(joined.text) + 1
    if not texts:
        raise MalformedError("there is no paragraph")
    return "\n".join(texts), mentions, tuple(sentences) if split else None


def _paragraph(
    paragraph: Mapping[str, Any], line: int, options: RecordOptions, incidents: list[Incident]
) -> tuple[Joined, list[RawMention]]:
    raw, entities = paragraph.get("raw"), paragraph.get("entities")
    listed = paragraph.get("sentences")
    sentences = [_tokens(sentence) for sentence in listed or []] if isinstance(listed, list) else []
    joined = (
        join([[token.get("orth") for token in tokens] for tokens in sentences])
        if sentences
        else None
    )
    if isinstance(raw, str) and raw.strip():
        joined = _in_raw(raw, joined) if joined else Joined(raw, (), ())
    if joined is None:
        raise MalformedError("a paragraph has neither a raw text nor sentences with tokens")
    if isinstance(entities, list) and isinstance(raw, str) and (entities or not sentences):
        return joined, read_spans(entities, joined.text, line, options, incidents)
    tags = [token.get("ner") for token in chain.from_iterable(sentences)]
    unknown = [i for i, tag in enumerate(tags) if tag in _UNKNOWN]
    if unknown or not tags:
        raise MalformedError(
            f"token {(unknown or [0])[0]} has no tag, so it is not known what it is"
        )
    return joined, read_tags(tags, joined, line, options.model_copy(update={"scheme": "iobes"}))


def _tokens(sentence: Any) -> list[Mapping[str, Any]]:
    tokens = sentence.get("tokens") if isinstance(sentence, dict) else None
    if not isinstance(tokens, list) or not all(isinstance(token, dict) for token in tokens):
        raise MalformedError("a sentence is not an object with a list of tokens")
    return tokens


def _in_raw(raw: str, joined: Joined) -> Joined:
    """Return the same words and sentences, with their places in the raw text."""
    places: list[tuple[int, int]] = []
    position = 0
    for start, end in joined.words:
        word = joined.text[start:end]
        at = raw.find(word, position)
        if at < 0 or raw[position:at].strip():
            raise MalformedError("the words of a paragraph are not those of its raw text")
        position = at + len(word)
        places.append((at, position))
    placed, first = [], 0
    for sentence in joined.sentences:
        own = tuple(places[first : first + len(sentence.words or ())])
        placed.append(RawSentence(own[0][0], own[-1][1], own))
        first += len(own)
    return Joined(raw, tuple(places), tuple(placed))


def _moved(sentence: RawSentence, offset: int) -> RawSentence:
    words = tuple((start + offset, end + offset) for start, end in sentence.words or ())
    return RawSentence(sentence.start + offset, sentence.end + offset, words)
