"""Sentences of a source that show what its annotators marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.sentences import Mention, Sentence
from sru_ner.rendering.drawing import LabelledSpan

EXAMPLES = 3
"""Sentences shown of each source."""

_READABLE = range(8, 36)  # words


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence to draw, and where it is from."""

    split: str
    document_id: str
    text: str
    mentions: tuple[tuple[int, int, str], ...]
    """(start, end, type) in code points of `text`."""

    def labelled(self, colours: dict[str, str]) -> list[LabelledSpan]:
        """The mentions with their colours."""
        return [
            LabelledSpan(start, end, type_, colours[type_]) for start, end, type_ in self.mentions
        ]


def choose_examples(corpus: Corpus) -> list[Example]:
    """Pick a few sentences of one split: the most deeply nested and varied, then the first ones.

    Each shows a type that those before it do not, as long as there are such. Errors as in
    `CorpusSplit`.
    """
    split = corpus.splits()[0]
    fitting = [
        sentence
        for sentence in corpus.split(split).sentences()
        if sentence.mentions and len(sentence.words) in _READABLE
    ]
    chosen: list[Sentence] = []
    seen: set[str] = set()
    for _ in range(min(EXAMPLES, len(fitting))):
        best = max(fitting, key=lambda sentence: _worth(sentence, seen))
        chosen.append(best)
        seen |= {mention.type for mention in best.mentions}
        fitting = [sentence for sentence in fitting if sentence.text != best.text]
        if not fitting:
            break
    return [_example(sentence) for sentence in chosen]


def _worth(sentence: Sentence, seen: Iterable[str]) -> tuple[int, int, int]:
    """New types, levels, types; of sentences that are worth the same, `max` takes the first."""
    types = {mention.type for mention in sentence.mentions}
    return (min(2, len(types - set(seen))), levels(sentence.mentions), len(types))


def levels(mentions: Sequence[Mention]) -> int:
    """Length of the longest chain of mentions inside each other."""
    open_: list[Mention] = []
    deepest = 0
    for mention in sorted(mentions, key=lambda m: (m.start, -m.end, m.type)):
        open_ = [outer for outer in open_ if mention.end <= outer.end]
        open_.append(mention)
        chain = 1 + sum((a.start, a.end) != (b.start, b.end) for a, b in pairwise(open_))
        deepest = max(deepest, chain)
    return deepest


def _example(sentence: Sentence) -> Example:
    return Example(
        split=sentence.split,
        document_id=sentence.document_id,
        text=sentence.text,
        mentions=tuple(
            (
                sentence.words[mention.start][0] - sentence.start,
                sentence.words[mention.end - 1][1] - sentence.start,
                mention.type,
            )
            for mention in sentence.mentions
        ),
    )
