"""Annotation from strings to spans against the tokenizer and the encoder alone."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from transformers import BatchEncoding

from bench.material import Material
from bench.report import Row, at_least
from bench.timing import in_turns
from sru_ner.dataset.corpus import Corpus
from sru_ner.environment.device import use_bf16
from sru_ner.inference.annotator import Annotator
from sru_ner.inference.tokenizer import of_transformers
from sru_ner.text.sentences import split_sentences

BATCH = 32


def measure(
    material: Material, model: Path, *, sentences: int = 480, repeats: int = 5
) -> Iterator[Row]:
    """Compare our throughput with that of tokenizer and encoder alone on the same sentences.

    Ours is at the default precision, theirs in fp32. model: folder of a trained model. sentences:
    about how many are read.
    """
    yield compare(
        "MiniLM",
        Annotator.load(model),
        Annotator.load(model, precision="fp32"),
        material,
        least=1.5 if use_bf16("auto") else 0.9,
        sentences=sentences,
        repeats=repeats,
    )


def compare(
    name: str,
    annotator: Annotator,
    plain: Annotator,
    material: Material,
    *,
    least: float,
    sentences: int,
    repeats: int,
) -> Row:
    """Compare an annotator with the tokenizer and the encoder of another.

    name: what the row calls the model. least: the ratio that is required.
    """
    texts = raw_texts(material, sentences)
    parts = [text[start:end] for text in texts for start, end in split_sentences(text)]
    found: list[int] = []

    def whole() -> None:
        spans = list(annotator.annotate(texts, batch_size=BATCH))
        found.append(sum(map(len, spans)))

    sides = {"ours": whole, "encoder": lambda: encode(plain, tokenize(plain, parts))}
    for side in sides.values():
        side()
    times = in_turns(sides, repeats)
    ours, theirs = times["ours"].median, times["encoder"].median
    return at_least(
        f"annotation, {name}, from strings to spans",
        theirs / ours,
        least,
        "× the throughput of tokenizer + encoder alone",
        f"ours in {_precision(annotator)}, they in {_precision(plain)}; {material}, test"
        f" split: {len(parts)} sentences of {len(texts)} documents,"
        f" {len(parts) / ours:.0f} sentences/s and {len(parts) / theirs:.0f}; {BATCH} sentences a"
        f" batch, sorted by length on both sides; {found[-1]} spans of"
        f" {len(annotator.types)} types found; {times['ours']}, encoder {times['encoder']}",
    )


def _precision(annotator: Annotator) -> str:
    weights = next(annotator.model.encoder.parameters())
    return "bf16" if weights.dtype == torch.bfloat16 else "fp32"


def raw_texts(material: Material, sentences: int) -> list[str]:
    """Take texts of test documents from all sources in turns, until they hold `sentences`."""
    by_source = [
        Corpus(material.data, source).split("test").table("documents")["text"].to_pylist()
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


def tokenize(annotator: Annotator, sentences: Sequence[str]) -> list[BatchEncoding]:
    """Tokenise sentences into padded batches, the longest first, as the annotator reads them."""
    folder, limit = Path(annotator.model.name_or_path), annotator.model.config.max_subwords
    tokenizer = of_transformers(folder)
    ids = tokenizer(
        list(sentences), truncation=True, max_length=limit, return_token_type_ids=False
    )["input_ids"]
    ordered = sorted(ids, key=len, reverse=True)
    return [
        tokenizer.pad({"input_ids": ordered[first : first + BATCH]}, return_tensors="pt")
        for first in range(0, len(ordered), BATCH)
    ]


@torch.inference_mode()
def encode(annotator: Annotator, batches: Sequence[BatchEncoding]) -> None:
    """Run the encoder on batches, and nothing else."""
    encoder, device = annotator.model.encoder, annotator.model.device
    for batch in batches:
        inputs = batch.to(device)
        encoder(input_ids=inputs["input_ids"], attention_mask=inputs["attention_mask"])
    if device.type == "cuda":
        torch.cuda.synchronize()
