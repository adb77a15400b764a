"""Finds mentions in raw text, with exact offsets."""

from collections.abc import Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from transformers import PreTrainedTokenizerBase

from sru_ner.environment.heap import Heap
from sru_ner.errors import InputError
from sru_ner.inference.loading import Precision, load
from sru_ner.inference.model_reference import experiment_of, model_folder, resolve_model
from sru_ner.inference.selection import EVERYTHING, Threshold, lowest_scores
from sru_ner.inference.spans import AnnotatedSpan, flatten, merge_labels
from sru_ner.model.labels import type_name
from sru_ner.model.modeling import SruNerModel
from sru_ner.model.prediction import predict_words
from sru_ner.text.sentences import split_sentences
from sru_ner.text.words import split_words


class Annotator:
    """Trained model that annotates texts of any length."""

    def __init__(
        self,
        model: SruNerModel,
        tokenizer: PreTrainedTokenizerBase,
        *,
        experiment: str | None = None,
    ) -> None:
        """experiment: name of the experiment that trained the model, to find its thresholds."""
        self.model, self.tokenizer, self.experiment = model, tokenizer, experiment
        self._heap = Heap()

    @classmethod
    def load(
        cls,
        model: Path | str | None = None,
        *,
        device: str | None = None,
        precision: Precision = "fp32",
    ) -> "Annotator":
        """Load a model from a model reference.

        model: a model folder, `models:/name@alias` of the registry, the name of an installed model
        package, or a hub id; None means the default model (see `inference.default_model`). device:
        `cpu`, `cuda`, …; None means a GPU if there is one. precision: `bf16` is faster on hardware
        that computes it, and finds nearly the same mentions. Raises `InputError` if there is no
        such model or device.
        """
        folder = model_folder(resolve_model(model))
        loaded = load(folder, device, precision=precision)
        return cls(*loaded, experiment=experiment_of(folder))

    @property
    def types(self) -> list[str]:
        """All types that the model marks, sorted."""
        return sorted({type_name(label) for label in self.model.config.labels})

    def __call__(
        self,
        text: str,
        *,
        types: Iterable[str] | None = None,
        threshold: Threshold = EVERYTHING,
        flat: bool = False,
    ) -> list[AnnotatedSpan]:
        """Return the mentions of one text; `annotate` explains the options."""
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
        """Yield the mentions of each text, in the order of the texts, nested mentions included.

        The mentions of a text are sorted by (start, -end, type). Some hundred sentences are read at
        a time, so `texts` may be endless. The mentions found in a text do not depend on the other
        texts or the batch size; scores may differ in their last digits.

        batch_size: sentences per pass of the encoder. types: types to return; None means all.
        threshold: lowest score to return. It is a number for all types, a mapping from types to
        numbers, or the path of a JSON file with such a mapping or of the thresholds.json that an
        evaluation wrote. No mention scores below 0.5. flat: of mentions that overlap, return the
        choice with the highest sum of scores. progress: show on stderr how many texts are done.

        Raises before any text is read: `UnknownNameError` for a type that the model does not have;
        `InputError` for a wrong threshold or batch size. Raises `InputError` later for an entry of
        `texts` that is not a string.
        """
        if isinstance(texts, str):
            raise InputError(
                "annotate takes several texts, but this is one text",
                remedy="call the annotator itself: annotator(text)",
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
                # A type that is not wanted has no lowest score, and none scores as high as 2.
                kept = [p for p in predictions if p.score >= lowest.get(type_name(p.label), 2)]
                found[number] += merge_labels(chunk[number].text, words, kept)
            yield from map(flatten, found) if flat else found
            self._heap.release()


@dataclass(frozen=True, slots=True)
class _Text:
    """Text with the code point offsets of the words of each of its sentences."""

    text: str
    words: list[list[tuple[int, int]]]


def _chunks(texts: Iterable[str], sentences: int) -> Iterator[list[_Text]]:
    """Split texts into words; yield lists of whole texts that have at least `sentences` in total.

    The last list may have fewer. Raises `InputError` for a text that is not a string.
    """
    chunk: list[_Text] = []
    pending = 0
    for number, text in enumerate(texts):
        if not isinstance(text, str):
            raise InputError(
                f"text {number} (counted from 0) is a {type(text).__name__}, not a string",
                remedy="give strings",
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
    """Yield the results and show on stderr how many there were, of `total` if it is known."""
    columns = (TextColumn("annotating"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield from bar.track(results, total=total)
