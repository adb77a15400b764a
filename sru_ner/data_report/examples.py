"""Example sentences of a source, with the mentions that its annotators marked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.sentences import Mention, Sentence
from sru_ner.harmonize.nesting import Placed, depths
from sru_ner.rendering.drawing import LabelledSpan

EXAMPLES = 3
"""Number of sentences shown for each source."""

_READABLE = range(8, 36)  # words


@dataclass(frozen=True, slots=True)
class Example:
    """An example sentence, and where it is from."""

    split: str
    document_id: str
    text: str
    mentions: tuple[tuple[int, int, str], ...]
    """(start, end, type) in code points of `text`."""

    def labelled(self, colours: dict[str, str]) -> list[LabelledSpan]:
        """Return the mentions with the colours of their types."""
        return [
            LabelledSpan(start, end, type_, colours[type_]) for start, end, type_ in self.mentions
        ]


def choose_examples(corpus: Corpus) -> list[Example]:
    """Choose sentences of one split, preferably deeply nested ones with many types.

    Each sentence shows a type that those before it do not show, as long as there is one. Of equally
    good sentences, the first is taken. Raises what `CorpusSplit` raises.
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
    """Rank a sentence by new types, then levels of nesting, then types."""
    types = {mention.type for mention in sentence.mentions}
    return (min(2, len(types - set(seen))), levels(sentence.mentions), len(types))


def levels(mentions: Sequence[Mention]) -> int:
    """Return the length of the longest chain of mentions inside each other; 0 without mentions."""
    placed = [Placed(mention.start, mention.end, mention.type) for mention in mentions]
    placed.sort(key=lambda mention: (mention.start, -mention.end))
    return 1 + max(depths(placed), default=-1)


def _example(sentence: Sentence) -> Example:
    return Example(
        split=sentence.split,
        document_id=sentence.document_id,
        text=sentence.text,
        mentions=tuple(
            (*sentence.characters(mention.start, mention.end), mention.type)
            for mention in sentence.mentions
        ),
    )
