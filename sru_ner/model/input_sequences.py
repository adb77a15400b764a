"""Input sequences of prediction: packed sentences, single sentences, or windows of long ones."""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from sru_ner.model.actions import WordSpan
from sru_ner.model.description import Description
from sru_ner.model.packing import pack_sentences
from sru_ner.model.sequences import EncodedWords, encode_words, join_words
from sru_ner.model.windows import Windows, overlapping_windows
from sru_ner.model.wordpieces import Tokenizer, WordPieces


class InputSequence(NamedTuple):
    """Neighbouring sentences that the encoder reads together, or a window of a long sentence."""

    first: int
    """Number of the first sentence."""
    past: int
    """Number of the sentence after the last one."""
    words: EncodedWords
    windows: Windows | None = None
    """All windows of the sentence if the sentence is longer than the model reads at once."""
    number: int = 0
    """Number of this window among `windows`."""

    @property
    def start(self) -> int:
        """Index of the sequence's first word in its first sentence."""
        return self.windows.starts[self.number] if self.windows else 0

    def owns(self, span: WordSpan) -> bool:
        """Return whether this window, and no other, decides about a mention found in it."""
        if self.windows is None:
            return True
        return self.windows.owner(self.start + span.start, self.start + span.end) == self.number


def input_sequences(
    config: Description,
    tokenizer: Tokenizer,
    sentences: Sequence[Sequence[str]],
    documents: Sequence[Hashable] | None = None,
) -> list[InputSequence]:
    """Tokenise sentences, each given as its words, and group or cut them as the model reads them.

    documents: the document of each sentence; a model with `config.pack` reads neighbouring
    sentences of one document together. Sentences without words are in no sequence.
    """
    limit = config.max_subwords
    encoded = encode_words(WordPieces(tokenizer), sentences)
    groups = [(index, index + 1) for index in range(len(sentences))]
    if documents is not None and config.pack:
        groups = pack_sentences([len(words.ids) for words in encoded], documents, limit)
    found = []
    for first, past in groups:
        words = join_words(encoded[first:past])
        if not words.counts:
            continue
        if words.length <= limit:
            found.append(InputSequence(first, past, words))
        else:
            windows = overlapping_windows(words, limit)
            found += [
                InputSequence(first, past, windows[number], windows, number)
                for number in range(len(windows))
            ]
    return found
