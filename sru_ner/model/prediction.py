"""Predicted mentions of sentences, for evaluation, early stopping and annotation alike."""

from bisect import bisect_right
from collections.abc import Hashable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from sru_ner.model.input_sequences import input_sequences
from sru_ner.model.network import Network
from sru_ner.model.passes import decode_sequences
from sru_ner.model.wordpieces import Tokenizer

if TYPE_CHECKING:  # it imports pyarrow, which annotation does not need
    from sru_ner.dataset.sentences import Sentence


class Prediction(NamedTuple):
    """A predicted mention over the words `start..end` (end exclusive) of its sentence."""

    start: int
    end: int
    label: str
    """Label of the model: `source$type` or `type`."""
    score: float
    """Mean probability of the actions that open and close it, in (0.5, 1] if `found`."""
    found: bool = True
    """Whether the label found the mention; if not, another label of its type did."""


def predict_words(
    model: Network,
    tokenizer: Tokenizer,
    sentences: Sequence[Sequence[str]],
    *,
    documents: Sequence[Hashable] | None = None,
    batch_size: int = 32,
    same_type: bool = False,
    progress: bool = False,
) -> list[list[Prediction]]:
    """Return the mentions of each sentence, sorted by (start, -end, label).

    sentences: each given as its words. documents: the document of each sentence. A model that was
    trained on packed sentences (`config.pack`) reads neighbouring sentences of a document
    together. Any other model reads each sentence on its own, so its result does not depend on
    other sentences. batch_size: sequences per encoder pass, without influence on the result.
    same_type: also return, with `found` false, the other labels of a found mention's type.
    progress: show a progress bar on stderr.

    Mentions that cross sentences are left out. A sentence that is longer than the model reads at
    once is read in overlapping windows: see `windows`.
    """
    sequences = input_sequences(model.config, tokenizer, sentences, documents)
    # Sequences of similar length need little padding; the longest first shows the peak of memory
    # at the start.
    sequences.sort(key=lambda sequence: -sequence.words.length)
    found: list[list[Prediction]] = [[] for _ in sentences]
    labels = model.config.labels
    was_training = model.training
    model.eval()
    decoded = decode_sequences(
        model,
        tokenizer,
        [sequence.words for sequence in sequences],
        batch_size=batch_size,
        same_type=same_type,
        progress=progress,
    )
    for sequence, mentions in zip(sequences, decoded, strict=True):
        # Index of each sentence's first word in the sequence.
        sizes = (len(words) for words in sentences[sequence.first : sequence.past - 1])
        firsts = list(accumulate(sizes, initial=-sequence.start))
        for span, score, was_found in mentions:
            place = bisect_right(firsts, span.start) - 1
            sentence, offset = sequence.first + place, firsts[place]
            if span.end - offset <= len(sentences[sentence]) and sequence.owns(span):
                label = labels[span.type]
                found[sentence].append(
                    Prediction(span.start - offset, span.end - offset, label, score, was_found)
                )
    model.train(was_training)
    return [sorted(each, key=lambda p: (p.start, -p.end, p.label)) for each in found]


def predict_sentences(
    model: Network,
    tokenizer: Tokenizer,
    sentences: Sequence["Sentence"],
    *,
    batch_size: int = 32,
    progress: bool = False,
) -> list[list[Prediction]]:
    """Return the mentions of harmonised sentences in document order; see `predict_words`."""
    return predict_words(
        model,
        tokenizer,
        [sentence.word_strings() for sentence in sentences],
        documents=[sentence.document_id for sentence in sentences],
        batch_size=batch_size,
        progress=progress,
    )
