"""Reads records whose text is a list of words: tags of the words, or spans that count words.

A list of words is one sentence. Its text is the words joined by one space.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

from sru_ner.corpora.readers.json_values import kind_of
from sru_ner.corpora.readers.raw import MalformedError, RawMention, RawSentence
from sru_ner.corpora.readers.record_options import RecordOptions
from sru_ner.corpora.readers.tags import tag_parser, tag_runs

Words = tuple[tuple[int, int], ...]
"""(start, end) of each word in the text, in code points."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The text of one sentence or more, which are joined by one space like their words."""

    text: str
    words: Words
    sentences: tuple[RawSentence, ...]


def join(sentences: Sequence[Any]) -> Joined:
    """Return the text of sentences that are lists of words.

    Raises `MalformedError` if there is no sentence, or for a sentence without a word and a word
    that is blank or not a string.
    """
    tokens = [token for sentence in sentences for token in _words(sentence)]
    if not tokens:
        raise MalformedError("there is no word")
    ends = list(accumulate((len(token) + 1 for token in tokens), initial=0))
    words = tuple((start, end - 1) for start, end in pairwise(ends))
    placed, first = [], 0
    for sentence in sentences:
        own = words[first : first + len(sentence)]
        placed.append(RawSentence(own[0][0], own[-1][1], own))
        first += len(sentence)
    return Joined(" ".join(tokens), words, tuple(placed))


def _words(sentence: Any) -> list[str]:
    if not isinstance(sentence, list):
        raise MalformedError(f"a sentence is {kind_of(sentence)}, not a list of words")
    if not sentence or not all(isinstance(word, str) and word.strip() for word in sentence):
        raise MalformedError("a token is missing, blank or not a string")
    return sentence


def read_tags(tags: Any, joined: Joined, line: int, options: RecordOptions) -> list[RawMention]:
    """Return the mentions that the tags of the words mark.

    Tags are words, or numbers that `options.tag_names` names. Raises `MalformedError` if a tag is
    missing or not a tag.
    """
    if not isinstance(tags, list):
        raise MalformedError(f"the tags are {kind_of(tags)}, not a list")
    if len(tags) != len(joined.words):
        raise MalformedError(f"{len(joined.words)} tokens and {len(tags)} tags")
    plain = tag_parser(
        options.scheme, None, outside=options.outside, separator=options.tag_separator
    )
    found = [plain(_tag_name(tag, options)) for tag in tags]
    if None in found:
        wrong = found.index(None)
        raise MalformedError(f"the tag of token {wrong} is not a tag of {options.scheme}")
    mentions = []
    for run in tag_runs([tag for tag in found if tag], options.scheme):
        start, end = joined.words[run.first][0], joined.words[run.last][1]
        quoted = joined.text[start:end]
        mentions.append(RawMention(start, end, quoted, run.type, line, run.flaw))
    return mentions


def _tag_name(tag: Any, options: RecordOptions) -> str:
    if isinstance(tag, str):
        return tag
    if isinstance(tag, int) and not isinstance(tag, bool) and 0 <= tag < len(options.tag_names):
        return options.tag_names[tag]
    raise MalformedError(
        f"a tag is {kind_of(tag)} without a name: list the names of the numbers from 0 on with the"
        " option tag_names"
    )
