"""Annotation from strings to spans against the tokenizer and the encoder alone."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from transformers.utils.logging import disable_progress_bar

from bench.material import Material
from bench.report import Row, at_least
from bench.timing import in_turns
from sru_ner.harmonize.sentences import split_sentences
from sru_ner.harmonize.store import load_table
from sru_ner.inference.annotator import Annotator

BATCH = 32


def measure(
    material: Material, model: Path, *, sentences: int = 480, repeats: int = 5
) -> Iterator[Row]:
    """Throughput as a share of that of tokenizer and encoder on the same sentences.

    model: folder of a trained one. sentences: about how many are read.
    """
    annotator = load_annotator(model)
    texts = raw_texts(material, sentences)
    parts = [text[start:end] for text in texts for start, end in split_sentences(text)]
    batches = same_batches(annotator, parts)
    found: list[int] = []

    def whole() -> None:
        spans = list(annotator.annotate(texts, batch_size=BATCH))
        found.append(sum(map(len, spans)))

    sides = {"ours": whole, "encoder": lambda: encode(annotator, batches)}
    for side in sides.values():
        side()
    times = in_turns(sides, repeats)
    ours, theirs = times["ours"].median, times["encoder"].median
    yield at_least(
        "annotation, MiniLM, from strings to spans",
        theirs / ours,
        0.8,
        "× the throughput of tokenizer + encoder alone",
        f"{material}, test split: {len(parts)} sentences of {len(texts)} documents,"
        f" {len(parts) / ours:.0f} sentences/s and {len(parts) / theirs:.0f}; {BATCH} sentences a"
        f" batch, sorted by length on both sides; {found[-1]} spans of"
        f" {len(annotator.types)} types found; {times['ours']}, encoder {times['encoder']}",
    )


def load_annotator(model: Path) -> Annotator:
    """The annotator of a model folder."""
    disable_progress_bar()  # of loading the weights: it is over in a moment
    return Annotator.load(model)


def raw_texts(material: Material, sentences: int) -> list[str]:
    """Texts of test documents, from all sources in turns, until they have that many sentences."""
    by_source = [
        load_table(material.data, "documents", source, "test")["text"].to_pylist()
        for source in material.sources
    ]
    texts: list[str] = []
    number = 0
    for row in zip(*by_source, strict=False):
        for text in row:
            if number >= sentences:
                return texts
            texts.append(text)
            number += len(split_sentences(text))
    return texts


def same_batches(annotator: Annotator, sentences: Sequence[str]) -> list[list[str]]:
    """The sentences in the batches that the annotator makes of them: the longest first."""
    ids = annotator.tokenizer(list(sentences), verbose=False)["input_ids"]
    order = sorted(range(len(sentences)), key=lambda number: -len(ids[number]))
    return [
        [sentences[number] for number in order[first : first + BATCH]]
        for first in range(0, len(order), BATCH)
    ]


@torch.inference_mode()
def encode(annotator: Annotator, batches: Sequence[Sequence[str]]) -> None:
    """Tokenizer and encoder, and nothing else."""
    encoder, device = annotator.model.encoder, annotator.model.device
    for batch in batches:
        inputs = annotator.tokenizer(
            list(batch),
            padding=True,
            truncation=True,
            max_length=annotator.model.config.max_subwords,
            return_tensors="pt",
        ).to(device)
        encoder(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"])
    if device.type == "cuda":
        torch.cuda.synchronize()
