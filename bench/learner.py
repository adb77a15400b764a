"""New and trained models that benchmarks measure, and the batches they learn from."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.utils import clip_grad_norm_
from torch.optim import AdamW
from transformers import BertConfig, BertModel, PreTrainedTokenizerBase
from transformers.utils.logging import disable_progress_bar

from bench.material import Material
from sru_ner.dataset.corpus import Corpus
from sru_ner.environment.device import torch_device, use_bf16
from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.model.labels import labels_by_source
from sru_ner.model.modeling import SruNerModel
from sru_ner.training.dataset import Collator, SequenceDataset
from sru_ner.training.preparation import prepare_sources
from sru_ner.training.sampling import EqualSourceBatches

MAX_SUBWORDS = 256
BATCH = 16
"""Sequences of a batch."""


@dataclass(frozen=True, slots=True)
class Learner:
    """A new model on the embedded encoder, with its training data."""

    model: SruNerModel
    tokenizer: PreTrainedTokenizerBase
    dataset: SequenceDataset
    collate: Collator

    def draw(self, *, seed: int = 0) -> Iterator[list[int]]:
        """Yield the indices of `BATCH` sequences for each step, epoch after epoch."""
        sampler = EqualSourceBatches(
            self.dataset.sources, self.dataset.lengths, batch_size=BATCH, seed=seed
        )
        for epoch in count():
            sampler.set_epoch(epoch)
            yield from sampler

    def batch(self, indices: Sequence[int]) -> dict[str, Tensor]:
        """Make the arguments of the model's training pass, on its device."""
        batch = self.collate([self.dataset[index] for index in indices])
        return {name: tensor.to(self.model.device) for name, tensor in batch.items()}


def new_learner(material: Material, cache: Path, encoder: str = EMBEDDED_ENCODER) -> Learner:
    """Make a model with separate types of all sources. cache: folder for tokenised sequences."""
    disable_progress_bar()  # loading the weights takes a moment only
    torch.manual_seed(0)
    corpora = {source: Corpus(material.data, source) for source in material.sources}
    marked = {source: corpus.inventory() for source, corpus in corpora.items()}
    types = {source: inventory.types for source, inventory in marked.items()}
    inventories = labels_by_source(types, separate=True)
    model, tokenizer = SruNerModel.from_encoder(encoder, inventories, max_subwords=MAX_SUBWORDS)
    parts = prepare_sources(
        corpora,
        inventories,
        tokenizer,
        splits=("train",),
        max_subwords=MAX_SUBWORDS,
        packed=False,
        cache=cache,
    )
    torch.nn.Module.to(model, torch_device()).train()
    return Learner(
        model,
        tokenizer,
        SequenceDataset(parts, inventories, model.config.labels),
        Collator(tokenizer, model.config.labels, marked),
    )


def trained_model(material: Material, scratch: Path, *, steps: int = 120) -> Path:
    """Return the folder of the newest trained model on the embedded encoder, or train one.

    A model that reads neighbouring sentences together is not taken: the other sides read single
    sentences.

    steps: length of the training here. It is short, but enough for the model to take about as many
    steps in a sentence as a fully trained one; an untrained one takes far more.
    """
    found = [path.parent for path in Path("models").glob("*/*/training.json") if _comparable(path)]
    if found:
        return max(found, key=lambda folder: (folder / "training.json").stat().st_mtime)
    return train(new_learner(material, scratch / "tokenized"), scratch / "model", steps=steps)


def small_model(material: Material, scratch: Path, *, steps: int = 300) -> Path:
    """Train a model with a small encoder, where the encoder does not matter; return its folder."""
    encoder = random_encoder(scratch / "small_encoder", width=32, layers=1, heads=2)
    learner = new_learner(material, scratch / "tokenized", str(encoder))
    return train(learner, scratch / "small_model", steps=steps, rate=3e-3)


def random_encoder(folder: Path, *, width: int, layers: int, heads: int) -> Path:
    """Write a BERT with random weights and the embedded encoder's tokenizer; return its folder.

    It takes as much time as a trained one.
    """
    _, tokenizer = SruNerModel.from_encoder(EMBEDDED_ENCODER, {"s": ["s$T"]}, max_subwords=8)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        intermediate_size=4 * width,
    )
    BertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def train(learner: Learner, folder: Path, *, steps: int, rate: float = 1e-4) -> Path:
    """Train a new model and write it into a folder. rate: learning rate of the encoder."""
    model = learner.model
    optimizer = AdamW(
        [
            {"params": model.encoder.parameters(), "lr": rate},
            {"params": model.sru.parameters(), "lr": 1e-3},
        ],
        fused=True,
    )
    bf16 = use_bf16("auto")
    for _, indices in zip(range(steps), learner.draw(), strict=False):
        batch = learner.batch(indices)
        with torch.autocast(model.device.type, torch.bfloat16, enabled=bf16):
            loss = model(**batch).loss
        loss.backward()
        clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
    model.save_pretrained(folder)
    learner.tokenizer.save_pretrained(folder)
    return folder


def _comparable(training: Path) -> bool:
    """Whether a trained model can be compared with other models on the embedded encoder."""
    facts = json.loads(training.read_text(encoding="utf-8"))
    settings = facts["settings"]
    return (
        settings["encoder"] == EMBEDDED_ENCODER
        and not settings["pack"]
        and os.access(training.parent / "model.safetensors", os.R_OK)
    )
