"""Raw text in, mentions with exact offsets out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from transformers import PreTrainedTokenizerBase

from sru_ner.environment.heap import Heap
from sru_ner.errors import InputError
from sru_ner.inference.loading import Precision, load
from sru_ner.inference.model_reference import experiment_of, model_folder, resolve_model
from sru_ner.inference.selection import EVERYTHING, Threshold, lowest_scores, non_overlapping
from sru_ner.model.labels import type_name
from sru_ner.model.modeling import SruNerModel
from sru_ner.model.prediction import Prediction, predict_words
from sru_ner.text.sentences import split_sentences
from sru_ner.text.words import split_words


@dataclass(frozen=True, slots=True)
class AnnotatedSpan:
    """A mention in a text: `text[start:end]` of the input is `text`."""

    start: int
    """Code point offset."""
    end: int
    """Code point offset, exclusive."""
    text: str
    type: str
    score: float
    """Confidence in (0.5, 1]; the highest of `labels`."""
    labels: tuple[str, ...]
    """The model's own labels behind the type, such as `bc5cdr$Disease`."""

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as JSON Lines and the registry's model give them."""
        return {**asdict(self), "labels": list(self.labels)}


class Annotator:
    """A trained model that takes text of any length."""

    def __init__(
        self,
        model: SruNerModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        experiment: str | None = None,
    ) -> None:
        """experiment: what trained the model; a file of thresholds is looked up by it."""
        self.model, self.tokenizer, self.experiment = model, tokenizer, experiment
        self._heap = Heap()

    @classmethod
    def load(
        cls, model: Path | str, *, device: str | None = None, precision: Precision = "fp32"
    ) -> "Annotator":
        """Load from a model folder, a registry address `models:/name@alias` or a hub id.

        device: `cpu`, `cuda`, …; a GPU is taken when there is one. precision: `bf16` annotates
        faster where the hardware has it, to nearly the same mentions. Raises `InputError` for a
        model that cannot be had.
        """
        folder = model_folder(resolve_model(model))
        loaded = load(folder, device, precision=precision)
        return cls(*loaded, experiment=experiment_of(folder))

    @property
    def types(self) -> list[str]:
        """All types the model knows, sorted."""
        return sorted({type_name(label) for label in self.model.config.labels})

    def __call__(
        self,
        text: str,
        *,
        types: Iterable[str] | None = None,
        threshold: Threshold = EVERYTHING,
        flat: bool = False,
    ) -> list[AnnotatedSpan]:
        """The mentions of one text; see `annotate`."""
        return next(self.annotate([text], types=types, threshold=threshold, flat=flat))

    def annotate(
        self,
        texts: Iterable[str],
        *,
        batch_size: int = 32,
        types: Iterable[str] | None = None,
        threshold: Threshold = EVERYTHING,
        flat: bool = False,
        progress: bool = False,
    ) -> Iterator[list[AnnotatedSpan]]:
        """The mentions of each text, in the order of the texts, nested ones included.

        Mentions are sorted by (start, -end, type). Texts are taken some hundred sentences at a
        time, so `texts` may be endless. What is found in a text depends neither on the other texts
        nor on the batch size (scores may differ in their last digits).

        batch_size: sentences per pass of the encoder. types: those to give; None: all. threshold:
        the lowest score to give, for all types, as a mapping from types, or a JSON file of one or
        the thresholds.json that an evaluation wrote; nothing scores below 0.5. flat: of mentions
        that overlap, give the choice with the highest sum of scores. progress: show on stderr how
        many texts are done.

        Raises, before anything is read, `UnknownNameError` for a type that the model does not
        have, `InputError` for a bad threshold or batch size; later, `InputError` for an entry of
        `texts` that is no string.
        """
        if isinstance(texts, str):
            raise InputError(
                "annotate takes many texts, and this is one", remedy="call the annotator itself"
            )
        if batch_size < 1:
            raise InputError(f"batch_size is {batch_size}", remedy="choose 1 or more")
        lowest = lowest_scores(self.types, types=types, threshold=threshold, model=self.experiment)
        found = self._annotate(texts, batch_size, lowest, flat=flat)
        return (
            _shown(found, len(texts) if isinstance(texts, Sized) else None) if progress else found
        )

    def _annotate(
        self, texts: Iterable[str], batch_size: int, lowest: Mapping[str, float], *, flat: bool
    ) -> Iterator[list[AnnotatedSpan]]:
        for chunk in _chunks(texts, 32 * batch_size):
            sentences = [
                (number, words) for number, text in enumerate(chunk) for words in text.words
            ]
            predicted = predict_words(
                self.model,
                self.tokenizer,
                [[chunk[n].text[start:end] for start, end in words] for n, words in sentences],
                documents=[number for number, _ in sentences],
                batch_size=batch_size,
            )
            found: list[list[AnnotatedSpan]] = [[] for _ in chunk]
            for (number, words), predictions in zip(sentences, predicted, strict=True):
                kept = [p for p in predictions if p.score >= lowest.get(type_name(p.label), 2)]
                found[number] += merge_labels(chunk[number].text, words, kept)
            yield from map(flatten, found) if flat else found
            self._heap.release()


@dataclass(frozen=True, slots=True)
class _Text:
    """A text and, for each of its sentences, the code point offsets of its words."""

    text: str
    words: list[list[tuple[int, int]]]


def _chunks(texts: Iterable[str], sentences: int) -> Iterator[list[_Text]]:
    """Whole texts, as many at a time as have that many sentences together."""
    chunk: list[_Text] = []
    pending = 0
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            raise InputError(
                f"text {number} (from 0) is a {type(text).__name__}", remedy="give strings"
            )
        words = [split_words(text[start:end], start) for start, end in split_sentences(text)]
        chunk.append(_Text(text, words))
        pending += max(1, len(words))
        if pending >= sentences:
            yield chunk
            chunk, pending = [], 0
    if chunk:
        yield chunk


def _shown(
    results: Iterator[list[AnnotatedSpan]], total: int | None
) -> Iterator[list[AnnotatedSpan]]:
    """Pass results on and show on stderr how many there were, and of how many if that is known."""
    columns = (TextColumn("annotating"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield from bar.track(results, total=total)


def flatten(spans: Sequence[AnnotatedSpan]) -> list[AnnotatedSpan]:
    """Of spans that overlap, the choice with the highest sum of scores, in the order given.

    Of equal sums, the one that covers more of the text; of equals, earlier ends and earlier spans
    win, so the result is always the same.
    """
    return [spans[i] for i in non_overlapping([(s.start, s.end, s.score) for s in spans])]


def merge_labels(
    text: str, words: Sequence[tuple[int, int]], predictions: Iterable[Prediction]
) -> list[AnnotatedSpan]:
    """Predictions in words as spans of `text`; the labels of one type at one place become one."""
    groups: dict[tuple[int, int, str], list[Prediction]] = {}
    for p in predictions:
        groups.setdefault((p.start, -p.end, type_name(p.label)), []).append(p)
    spans = []
    for (first, minus_end, name), group in sorted(groups.items()):
        start, end = words[first][0], words[-minus_end - 1][1]
        score, labels = max(p.score for p in group), tuple(sorted(p.label for p in group))
        spans.append(AnnotatedSpan(start, end, text[start:end], name, score, labels))
    return spans
