"""Harmonised sentences as training sequences, and batches of them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor
from torch.utils.data import Dataset
from transformers import PreTrainedTokenizerBase

from sru_ner.harmonize.store import Sentence, TypeInventory
from sru_ner.inference.predict import sentence_words
from sru_ner.model.actions import WordSpan, action_count, gold_steps, resolve_crossings
from sru_ner.model.batch import (
    EncodedWords,
    encoder_inputs,
    gold_tensors,
    open_action_table,
    slice_words,
    windows,
)
from sru_ner.model.encoder import WordPieces


@dataclass(frozen=True, slots=True)
class TrainingSequence:
    """A sentence, or the part of it that fits the encoder, with its gold steps."""

    source: str
    words: EncodedWords
    steps: list[list[int]]
    annotated_types: tuple[str, ...] | None = None
    """Types marked in its document; None: all of the source's."""


class SequenceDataset(Dataset[TrainingSequence]):
    """Training sequences of several sources, one source after the other."""

    def __init__(self, sequences: Sequence[TrainingSequence]) -> None:
        self.sequences = list(sequences)

    def __len__(self) -> int:
        return len(self.sequences)

    def __getitem__(self, index: int) -> TrainingSequence:
        return self.sequences[index]


def encode_sentences(
    sentences: Sequence[Sentence],
    label_of_type: Mapping[str, str],
    labels: Sequence[str],
    pieces: WordPieces,
    max_subwords: int,
) -> tuple[list[TrainingSequence], Counter[str]]:
    """Sequences of one source, and what could not be taught, counted by reason.

    label_of_type: the source's types → their labels in the model. labels: all labels of the
    model. Sentences beyond `max_subwords` are cut outside mentions. Reasons: `sentences_cut`,
    `crossing_mentions` (of one type, the shorter is left out), `mentions_too_long` (for the limit).
    """
    index = {label: number for number, label in enumerate(labels)}
    sequences: list[TrainingSequence] = []
    lost: Counter[str] = Counter()
    for sentence in sentences:
        if not sentence.words:
            continue
        ids = pieces(sentence_words(sentence))
        counts = [len(each) for each in ids]
        encoded = EncodedWords([i for each in ids for i in each], counts)
        spans = [WordSpan(m.start, m.end, index[label_of_type[m.type]]) for m in sentence.mentions]
        spans, crossing = resolve_crossings(spans)
        lost["crossing_mentions"] += len(crossing)
        parts = windows(counts, max_subwords, [(s.start, s.end) for s in spans])
        lost["sentences_cut"] += len(parts) > 1
        for start, end in parts:
            inside = [s for s in spans if start <= s.start and s.end <= end]
            lost["mentions_too_long"] += sum(start <= s.start < end < s.end for s in spans)
            moved = [WordSpan(s.start - start, s.end - start, s.type) for s in inside]
            words = slice_words(encoded, start, end, max_subwords)
            steps = gold_steps(end - start, moved)
            sequences.append(
                TrainingSequence(sentence.source, words, steps, sentence.annotated_types)
            )
    return sequences, +lost


@dataclass(frozen=True, slots=True)
class Collator:
    """Makes the model's input of some sequences."""

    tokenizer: PreTrainedTokenizerBase
    labels: Sequence[str]
    inventories: Mapping[str, TypeInventory]
    """By source; what is outside a row's inventory is open, or mostly absent if `closed`."""
    closed: bool = False

    def __call__(self, sequences: Sequence[TrainingSequence]) -> dict[str, Tensor]:
        """The arguments of `SruNerModel.forward`."""
        inventories = [self.inventories[s.source].of_document(s.annotated_types) for s in sequences]
        return {
            **encoder_inputs([sequence.words for sequence in sequences], self.tokenizer),
            **gold_tensors([s.steps for s in sequences], action_count(len(self.labels))),
            "open_actions": open_action_table(self.labels, inventories, closed=self.closed),
        }
