"""Mentions of already split sentences: what evaluation, early stopping and the annotator share."""

from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple

import torch
from rich.console import Console
from rich.progress import Progress
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from sru_ner.errors import InputError
from sru_ner.harmonize.store import Sentence
from sru_ner.model.batch import EncodedWords, encoder_inputs, slice_words, windows
from sru_ner.model.encoder import WordPieces, torch_device
from sru_ner.model.modeling import SruNerModel


class Prediction(NamedTuple):
    """A predicted mention over the words `start..end` (end exclusive) of its sentence."""

    start: int
    end: int
    label: str
    """As the model calls it: `source$type` or `type`."""
    score: float
    """Mean probability of its opening and its closing, in (0.5, 1]."""


class _Window(NamedTuple):
    sentence: int
    start: int
    words: EncodedWords


def load(
    folder: Path | str, device: str | None = None
) -> tuple[SruNerModel, PreTrainedTokenizerBase]:
    """A trained model in evaluation mode and its tokenizer, from a folder or a hub name.

    device: `cpu`, `cuda`, …; a GPU is taken when there is one. Raises `InputError` for a folder
    that holds no model.
    """
    path = Path(folder)
    if path.is_dir() and not (path / "model.safetensors").is_file():
        raise InputError(
            "the folder holds no trained model: there is no model.safetensors",
            path=folder,
            remedy="name a folder that `sru-ner train` wrote, such as models/demo/together_dynamic",
        )
    if not path.exists() and (path.is_absolute() or len(path.parts) > 2):
        raise InputError("no such model folder", path=folder, remedy="see `ls models/*`")
    try:
        model = SruNerModel.from_pretrained(str(folder), use_safetensors=True)
        tokenizer = AutoTokenizer.from_pretrained(str(folder), config=model.config)
    except (OSError, ValueError) as error:
        raise InputError(
            f"cannot load the model: {str(error).strip().splitlines()[0]}",
            path=folder,
            remedy="name a folder written by `sru-ner train`, models:/name@alias or a hub id",
        ) from error
    torch.nn.Module.to(model, torch_device(device))
    return model.eval(), tokenizer


def predict_words(
    model: SruNerModel,
    tokenizer: PreTrainedTokenizerBase,
    sentences: Sequence[Sequence[str]],
    *,
    batch_size: int = 32,
    progress: bool = False,
) -> list[list[Prediction]]:
    """Mentions of each sentence, given as words; sorted by (start, -end, label).

    Sentences beyond the model's limit are read in consecutive windows cut between words. The
    result of a sentence does not depend on the others or on the batch size.
    """
    pieces = WordPieces(tokenizer)
    limit = model.config.max_subwords
    pending: list[_Window] = []
    for index, words in enumerate(sentences):
        if not words:
            continue
        ids = pieces(words)
        counts = [len(each) for each in ids]
        encoded = EncodedWords([i for each in ids for i in each], counts)
        for start, end in windows(counts, limit):
            pending.append(_Window(index, start, slice_words(encoded, start, end, limit)))
    # Neighbours in length pad each other least; the longest first shows early what memory it takes.
    pending.sort(key=lambda window: -window.words.length)
    found: list[list[Prediction]] = [[] for _ in sentences]
    labels = model.config.labels
    was_training = model.training
    model.eval()
    for window, mentions in _decoded(model, tokenizer, pending, batch_size, progress):
        found[window.sentence] += [
            Prediction(window.start + s.start, window.start + s.end, labels[s.type], score)
            for s, score in mentions
        ]
    model.train(was_training)
    return [sorted(each, key=lambda p: (p.start, -p.end, p.label)) for each in found]


def _decoded(
    model: SruNerModel,
    tokenizer: PreTrainedTokenizerBase,
    pending: Sequence[_Window],
    batch_size: int,
    progress: bool,
) -> Iterator[tuple[_Window, Any]]:
    bar = Progress(console=Console(stderr=True), transient=True) if progress else nullcontext()
    with bar as shown:
        task = shown.add_task("predicting", total=len(pending)) if shown else None
        for first in range(0, len(pending), batch_size):
            batch = pending[first : first + batch_size]
            inputs = encoder_inputs([window.words for window in batch], tokenizer)
            inputs = {name: tensor.to(model.device) for name, tensor in inputs.items()}
            yield from zip(batch, model.decode(**inputs), strict=True)
            if shown and task is not None:
                shown.advance(task, len(batch))


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
    """`predict_words` of harmonised sentences."""
    words = [sentence_words(sentence) for sentence in sentences]
    return predict_words(model, tokenizer, words, batch_size=batch_size, progress=progress)
