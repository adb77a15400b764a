"""Finds mentions in raw text, with exact offsets."""

from collections.abc import Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING

from sru_ner.environment.forks import Process
from sru_ner.environment.heap import Heap
from sru_ner.errors import InputError
from sru_ner.inference.coarser_types import coarser_types, without_coarser
from sru_ner.inference.frames import mentions_frame
from sru_ner.inference.loading import Precision, load
from sru_ner.inference.mentions import Mentions
from sru_ner.inference.model_reference import experiment_of, model_folder, resolve_model
from sru_ner.inference.onnx_encoder import OnnxEncoder
from sru_ner.inference.overlaps import chosen_overlaps
from sru_ner.inference.selection import EVERYTHING, Threshold, lowest_scores
from sru_ner.inference.spans import consistent, flatten, merge_labels
from sru_ner.inference.styles import checked_style
from sru_ner.inference.texts import TEXT_COLUMN, checked_one_text, checked_text, checked_texts
from sru_ner.model.network import Network
from sru_ner.model.prediction import predict_words
from sru_ner.model.wordpieces import Tokenizer
from sru_ner.text.sentences import split_sentences
from sru_ner.text.words import split_words

if TYPE_CHECKING:
    import pandas as pd


class Annotator:
    """Trained model that annotates texts of any length."""

    def __init__(
        self,
        model: Network,
        tokenizer: Tokenizer,
        *,
        experiment: str | None = None,
        overlaps: str | None = None,
        style: str = "any",
    ) -> None:
        """Prepare a loaded model.

        experiment: name of the experiment that trained the model, to find its thresholds.
        overlaps, style: see `annotate`; a call may choose others. Raises the same errors.
        """
        self.model, self.tokenizer, self.experiment = model, tokenizer, experiment
        self.overlaps = chosen_overlaps(overlaps, model.config)
        self.style = checked_style(style, model.config.labels)
        self._heap, self._process = Heap(), Process()

    @classmethod
    def load(
        cls,
        model: Path | str | None = None,
        *,
        device: str | None = None,
        precision: Precision = "auto",
        overlaps: str | None = None,
        style: str = "any",
    ) -> "Annotator":
        """Load a model from a model reference.

        model: a model folder, `models:/name@alias` of the registry, the name of an installed model
        package, or a hub id; None means the default model (see `inference.default_model`). device:
        `cpu`, `cuda`, …; None means a GPU if there is one. precision: `auto` is `bf16` on hardware
        that computes it, and `fp32` elsewhere; `bf16` is faster there, and finds nearly the same
        mentions; `fp32` finds the same on every machine. overlaps, style: see `annotate`; a call
        may choose others. Raises `InputError` if there is no such model or device, and the errors
        of `annotate` for a wrong choice.
        """
        folder = model_folder(resolve_model(model))
        loaded = load(folder, device, precision=precision)
        return cls(*loaded, experiment=experiment_of(folder), overlaps=overlaps, style=style)

    def __repr__(self) -> str:
        """Return the model's folder, its types and where it computes, for people."""
        types, shown = self.types, 8
        more = f", … {len(types) - shown} more" if len(types) > shown else ""
        return (
            f"<Annotator {self.model.name_or_path or 'without a folder'} on {self.model.device},"
            f" marks {', '.join(types[:shown])}{more}>"
        )

    @property
    def types(self) -> list[str]:
        """All types that the model marks, sorted."""
        return self.model.config.types

    def checked_overlaps(self, overlaps: str | None) -> str:
        """Return what `annotate` does for this value; raise its errors for a wrong one."""
        return self.overlaps if overlaps is None else chosen_overlaps(overlaps, self.model.config)

    def checked_style(self, style: str | None) -> str:
        """Return what `annotate` does for this value; raise its errors for a wrong one."""
        return self.style if style is None else checked_style(style, self.model.config.labels)

    def __call__(
        self,
        text: str,
        *,
        types: Iterable[str] | None = None,
        threshold: Threshold = EVERYTHING,
        overlaps: str | None = None,
        style: str | None = None,
    ) -> Mentions:
        """Return the mentions of one text; `annotate` explains the options.

        They are a list, which a notebook shows as the marked text. Raises `InputError` for
        something that is not one text, and the errors of `annotate`.
        """
        one = [checked_one_text(text)]
        return next(
            self.annotate(one, types=types, threshold=threshold, overlaps=overlaps, style=style)
        )

    def annotate(
        self,
        texts: Iterable[str],
        *,
        batch_size: int = 32,
        types: Iterable[str] | None = None,
        threshold: Threshold = EVERYTHING,
        overlaps: str | None = None,
        style: str | None = None,
        progress: bool = False,
    ) -> Iterator[Mentions]:
        """Yield the mentions of each text, in the order of the texts, nested mentions included.

        The mentions of a text are sorted by (start, -end, type). Some hundred sentences are read at
        a time, so `texts` may be endless. The mentions found in a text do not depend on the other
        texts or the batch size; scores may differ in their last digits. In bf16 they differ more,
        so that once in some hundred mentions one is found or not.

        batch_size: sentences per pass of the encoder. types: types to return; None means all.
        threshold: lowest score to return. It is a number for all types, a mapping from types to
        numbers, or the path of a JSON file with such a mapping or of the thresholds.json that an
        evaluation wrote. No mention scores below 0.5. overlaps: which mentions that overlap to
        return: `all`; `exclusive`, without those that contradict a likelier one, because no mention
        is of both types, and without those of a coarser type where a finer one has the same
        offsets (see `coarser_types`); `flat`, of these the choice without any overlap that has
        the highest sum of scores. style: how the labels of a type are merged: `any`, `mean`,
        `vote` or a source; see `styles`. None means what was chosen when the model was loaded: by
        default `exclusive` if the model has exclusive types, otherwise `all`, and the style `any`.
        progress: show on stderr how many texts are done.

        A mention that contradicts a likelier one is left out even if `types` or `threshold` leaves
        out the likelier one. `flat` chooses among what these leave.

        Raises before any text is read: `UnknownNameError` for a type or a style that the model does
        not have, and for other `overlaps`; `InputError` for a wrong threshold or batch size, for
        `exclusive` if the model has no exclusive types, and for a style other than `any` if it has
        merged types; `InputError` also for one text or a table
        in the place of several texts, and for a model that cannot compute in this process because
        the process was forked. Raises `InputError` later for an entry of `texts` that is not a
        string, such as a missing value.
        """
        texts = checked_texts(texts)
        if not isinstance(batch_size, Integral) or batch_size < 1:
            raise InputError(
                f"batch_size is {batch_size!r}", remedy="choose a whole number, 1 or more"
            )
        self._process.check(self.model.device, own_threads=self._exported)
        lowest = lowest_scores(self.types, types=types, threshold=threshold, model=self.experiment)
        found = self._annotate(
            texts,
            int(batch_size),
            lowest,
            overlaps=self.checked_overlaps(overlaps),
            style=self.checked_style(style),
        )
        return (
            _shown(found, len(texts) if isinstance(texts, Sized) else None) if progress else found
        )

    def to_frame(
        self,
        texts: "pd.DataFrame | pd.Series[str] | Iterable[str]",
        *,
        column: str = TEXT_COLUMN,
        keep: str | Iterable[str] = (),
        batch_size: int = 32,
        types: Iterable[str] | None = None,
        threshold: Threshold = EVERYTHING,
        overlaps: str | None = None,
        style: str | None = None,
        progress: bool = False,
    ) -> "pd.DataFrame":
        """Return the mentions of texts as a table of pandas, with a row for each mention.

        texts: a DataFrame, a column of one, or other strings. column: the DataFrame's column that
        has the texts. keep: its columns that are repeated next to the mentions, such as an
        identifier. The other options are those of `annotate`.

        The columns are those of `keep`, then `start`, `end` (code points, int64), `text`, `type`
        (strings), `score` (float64) and `labels` (tuples of strings). The index is that of the
        texts, so `table.join(mentions.add_prefix("mention_"))` puts both side by side. The rows are
        in the order of the texts and mentions. A text without mentions has no row, and a missing
        text has no mentions.

        Raises `InputError` if pandas is not installed, and for another table than a DataFrame;
        `UnknownNameError` for a column that it does not have; and the errors of `annotate`.
        """

        def annotate(given: Iterable[str]) -> Iterator[Mentions]:
            return self.annotate(
                given,
                batch_size=batch_size,
                types=types,
                threshold=threshold,
                overlaps=overlaps,
                style=style,
                progress=progress,
            )

        return mentions_frame(texts, annotate, column=column, keep=keep)

    @property
    def _exported(self) -> bool:
        """Whether the encoder computes in ONNX Runtime, which has threads of its own."""
        return isinstance(self.model.encoder, OnnxEncoder)

    def _annotate(
        self,
        texts: Iterable[str],
        batch_size: int,
        lowest: Mapping[str, float],
        *,
        overlaps: str,
        style: str,
    ) -> Iterator[Mentions]:
        config = self.model.config
        labels, exclusive = config.labels, config.exclusive if overlaps != "all" else ()
        coarser = coarser_types(config) if overlaps != "all" else ()
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
                same_type=style == "mean",
            )
            found = [Mentions(text.text) for text in chunk]
            for (number, words), predictions in zip(sentences, predicted, strict=True):
                text = chunk[number].text
                merged = merge_labels(text, words, predictions, style=style, labels=labels)
                likeliest = consistent(merged, exclusive) if exclusive else merged
                # A type that is not wanted has no lowest score, and none scores as high as 2.
                kept = [span for span in likeliest if span.score >= lowest.get(span.type, 2)]
                kept = without_coarser(kept, coarser)
                found[number] += flatten(kept) if overlaps == "flat" else kept
            yield from found
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
    for number, given in enumerate(texts):
        text = checked_text(given, number)
        words = [split_words(text[start:end], start) for start, end in split_sentences(text)]
        chunk.append(_Text(text, words))
        pending += max(1, len(words))
        if pending >= sentences:
            yield chunk
            chunk, pending = [], 0
    if chunk:
        yield chunk


def _shown(results: Iterator[Mentions], total: int | None) -> Iterator[Mentions]:
    """Yield the results and show on stderr how many there were, of `total` if it is known."""
    # Few callers show it, and it takes long to import.
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (TextColumn("annotating"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield from bar.track(results, total=total)
