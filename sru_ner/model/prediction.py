"""Mentions of already split sentences: what evaluation, early stopping and the annotator share."""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from itertools import accumulate
from typing import NamedTuple

from rich.console import Console
from rich.progress import Progress
from transformers import PreTrainedTokenizerBase

from sru_ner.dataset.store import Sentence
from sru_ner.model.actions import WordSpan
from sru_ner.model.batch import encoder_inputs
from sru_ner.model.modeling import SruNerModel
from sru_ner.model.packing import pack
from sru_ner.model.sequences import EncodedWords, encode_words, join_words
from sru_ner.model.windows import Windows, overlapping_windows
from sru_ner.model.wordpieces import WordPieces


class Prediction(NamedTuple):
    """A predicted mention over the words `start..end` (end exclusive) of its sentence."""

    start: int
    end: int
    label: str
    """As the model calls it: `source$type` or `type`."""
    score: float
    """Mean probability of its opening and its closing, in (0.5, 1]."""


class _Sequence(NamedTuple):
    """What the encoder reads at once: some neighbouring sentences, or a window of one."""

    first: int
    """Number of its first sentence."""
    past: int
    """Number of the sentence after its last."""
    words: EncodedWords
    windows: Windows | None = None
    """All windows of a sentence beyond the model's limit."""
    number: int = 0
    """Which of these it is."""

    @property
    def start(self) -> int:
        """Word of its first sentence at which it begins."""
        return self.windows.starts[self.number] if self.windows else 0

    def owns(self, span: WordSpan) -> bool:
        """Whether it has the say about a mention in it, and no other window of its sentence."""
        if self.windows is None:
            return True
        return self.windows.owner(self.start + span.start, self.start + span.end) == self.number


def predict_words(
    model: SruNerModel,
    tokenizer: PreTrainedTokenizerBase,
    sentences: Sequence[Sequence[str]],
    *,
    documents: Sequence[Hashable] | None = None,
    batch_size: int = 32,
    progress: bool = False,
) -> list[list[Prediction]]:
    """Mentions of each sentence, given as words; sorted by (start, -end, label).

    documents: what tells the sentences' documents apart. A model that was taught neighbouring
    sentences of a document together (`config.pack`) reads them together here; any other reads each
    for itself, and then its result does not depend on the others. It never depends on the batch
    size, the number of sequences per encoder pass. A mention that would cross sentences is not
    given. Sentences beyond the model's limit are read in overlapping windows, and each mention is
    taken from the window in whose middle it lies: see `windows`.
    """
    pending = _sequences(model, tokenizer, sentences, documents)
    # Neighbours in length pad each other least; the longest first shows early what memory it takes.
    pending.sort(key=lambda sequence: -sequence.words.length)
    found: list[list[Prediction]] = [[] for _ in sentences]
    labels = model.config.labels
    was_training = model.training
    model.eval()
    for sequence, mentions in _decoded(model, tokenizer, pending, batch_size, progress):
        # Its sentences begin at these of its words.
        sizes = (len(words) for words in sentences[sequence.first : sequence.past - 1])
        begins = list(accumulate(sizes, initial=-sequence.start))
        for span, score in mentions:
            inside = bisect_right(begins, span.start) - 1
            sentence, offset = sequence.first + inside, begins[inside]
            if span.end - offset <= len(sentences[sentence]) and sequence.owns(span):
                label = labels[span.type]
                found[sentence].append(
                    Prediction(span.start - offset, span.end - offset, label, score)
                )
    model.train(was_training)
    return [sorted(each, key=lambda p: (p.start, -p.end, p.label)) for each in found]


def _sequences(
    model: SruNerModel,
    tokenizer: PreTrainedTokenizerBase,
    sentences: Sequence[Sequence[str]],
    documents: Sequence[Hashable] | None,
) -> list[_Sequence]:
    limit = model.config.max_subwords
    encoded = encode_words(WordPieces(tokenizer), sentences)
    groups = [(index, index + 1) for index in range(len(sentences))]
    if documents is not None and model.config.pack:
        groups = pack([len(words.ids) for words in encoded], documents, limit)
    found = []
    for first, past in groups:
        words = join_words(encoded[first:past])
        if not words.counts:
            continue
        if words.length <= limit:
            found.append(_Sequence(first, past, words))
        else:
            windows = overlapping_windows(words, limit)
            found += [
                _Sequence(first, past, windows[number], windows, number)
                for number in range(len(windows))
            ]
    return found


_DECODED_TOGETHER = 64
"""Sequences that take their steps together: more cost less each, until they outgrow the caches."""
_MAX_SLOTS = 6144
"""Words with padding of these, for the memory that their tables take."""
_MAX_TOKENS = 16384
"""Sub-words with padding in an encoder pass; a longer sequence has a pass of its own."""
_MAX_TOKENS_ON_CPU = 4096
"""More take memory there and no less time."""


def _decoded(
    model: SruNerModel,
    tokenizer: PreTrainedTokenizerBase,
    pending: Sequence[_Sequence],
    batch_size: int,
    progress: bool,
) -> Iterator[tuple[_Sequence, list[tuple[WordSpan, float]]]]:
    bar = Progress(console=Console(stderr=True), transient=True) if progress else nullcontext()
    most = _MAX_TOKENS_ON_CPU if model.device.type == "cpu" else _MAX_TOKENS
    with bar as shown:
        task = shown.add_task("predicting", total=len(pending)) if shown else None
        for group in _groups(_passes(pending, batch_size, most)):
            inputs = [encoder_inputs([each.words for each in batch], tokenizer) for batch in group]
            passes = [
                {name: tensor.to(model.device) for name, tensor in each.items()} for each in inputs
            ]
            together = [sequence for batch in group for sequence in batch]
            yield from zip(together, model.decode(*passes), strict=True)
            if shown and task is not None:
                shown.advance(task, len(together))


def _passes(
    pending: Sequence[_Sequence], batch_size: int, most: int
) -> Iterator[Sequence[_Sequence]]:
    """Sequences, the longest first, for encoder passes of at most so many sub-words."""
    first = 0
    while first < len(pending):
        size = min(batch_size, max(1, most // pending[first].words.length))
        yield pending[first : first + size]
        first += size


def _groups(passes: Iterable[Sequence[_Sequence]]) -> Iterator[list[Sequence[_Sequence]]]:
    """Passes after another whose sequences take their steps together."""
    group: list[Sequence[_Sequence]] = []
    for batch in passes:
        words = [len(sequence.words.counts) for each in (*group, batch) for sequence in each]
        if group and (len(words) > _DECODED_TOGETHER or len(words) * max(words) > _MAX_SLOTS):
            yield group
            group = []
        group.append(batch)
    if group:
        yield group


def sentence_words(sentence: Sentence) -> list[str]:
    """The words of a harmonised sentence as strings."""
    text, offset = sentence.text, sentence.start
    return [text[start - offset : end - offset] for start, end in sentence.words]


def predict_sentences(
    model: SruNerModel,
    tokenizer: PreTrainedTokenizerBase,
    sentences: Sequence[Sentence],
    *,
    batch_size: int = 32,
    progress: bool = False,
) -> list[list[Prediction]]:
    """`predict_words` of harmonised sentences, in document order."""
    return predict_words(
        model,
        tokenizer,
        [sentence_words(sentence) for sentence in sentences],
        documents=[sentence.document_id for sentence in sentences],
        batch_size=batch_size,
        progress=progress,
    )
