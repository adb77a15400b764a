"""What benchmarks of a whole model read: harmonised corpora, batches of them, a trained model."""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, cycle, islice
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.utils import clip_grad_norm_
from torch.optim import AdamW
from transformers import BertConfig, BertModel, PreTrainedTokenizerBase
from transformers.utils.logging import disable_progress_bar

from sru_ner.corpora.catalog import Source, find_source, load_catalog
from sru_ner.corpora.download import mirrored
from sru_ner.corpora.fetch import fetch_source
from sru_ner.corpora.synthetic.generate import SYNTHETIC_SOURCES
from sru_ner.dataset.corpus import Corpus, harmonized_sources
from sru_ner.environment.device import torch_device, use_bf16
from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.harmonize.pipeline import harmonize_source
from sru_ner.model.labels import labels_of
from sru_ner.model.modeling import SruNerModel
from sru_ner.settings import HarmonizeSettings
from sru_ner.training.dataset import Collator, SequenceDataset
from sru_ner.training.preparation import prepare_sources
from sru_ner.training.sampling import EqualSourceBatches

ABSTRACTS = ("bc5cdr_pubtator", "ncbi_disease_pubtator")
"""Learned from together and read, where they are to be had."""
SENTENCES = ("bc5cdr", "ncbi_disease")
"""The same, already in sentences, where a pipeline left them."""
SYNTHETIC = ("synthetic_chemicals", "synthetic_diseases")
"""Take their place elsewhere."""
MAX_SUBWORDS = 256
BATCH = 16


@dataclass(frozen=True, slots=True)
class Material:
    """Harmonised sources to measure on."""

    data: Path
    """Folder of the tables."""
    sources: tuple[str, ...]

    def abstracts(self, count: int) -> list[str]:
        """Texts of all splits, the sources' shares alike throughout, repeated if need be."""
        by_source = [
            text
            for source in self.sources
            for split in ("train", "dev", "test")
            for text in Corpus(self.data, source)
            .split(split)
            .table("documents")["text"]
            .to_pylist()
        ]
        texts = list(dict.fromkeys(by_source))
        # Lengths differ between sources: every part is to have its share of each.
        stride = next(n for n in range(97, 997) if len(texts) % n)
        mixed = [texts[i * stride % len(texts)] for i in range(len(texts))]
        return list(islice(cycle(mixed), count))

    def __str__(self) -> str:
        kind = "synthetic" if self.sources[0].startswith("synthetic") else "real"
        return f"{kind} text ({', '.join(self.sources)})"


def find_material(data: Path, scratch: Path) -> Material:
    """Two sources that share a type: real ones of `data` or of the mirror, else synthetic ones."""
    for sources in (ABSTRACTS, SENTENCES):
        if set(sources) <= set(harmonized_sources(data)):
            return Material(data, sources)
        if all(in_mirror(find_source(name)) for name in sources):
            return made(sources, scratch)
    return made(SYNTHETIC, scratch)


def all_material(scratch: Path) -> Material:
    """All sources of the mirror; without one, all synthetic ones."""
    mirror = tuple(source.name for source in mirrored_sources())
    return made(mirror or SYNTHETIC_SOURCES, scratch)


def made(sources: Sequence[str], scratch: Path) -> Material:
    """Harmonise in `scratch` what is not there yet."""
    folders = scratch / "raw", scratch / "harmonized", scratch / "reports"
    for name in sorted(set(sources) - set(harmonized_sources(scratch / "harmonized"))):
        fetch_source(find_source(name), folders[0])
        harmonize_source(find_source(name), *folders, HarmonizeSettings.model_validate({}))
    return Material(folders[1], tuple(sources))


def mirrored_sources() -> list[Source]:
    """Catalogued sources that the mirror has, in catalog order."""
    return [source for source in load_catalog().values() if in_mirror(source)]


def in_mirror(source: Source) -> bool:
    """Whether the mirror has all files of a source."""
    copies = [mirrored(file.url) if file.url else None for file in source.files]
    return bool(copies) and all(copy is not None and copy.is_file() for copy in copies)


@dataclass(frozen=True, slots=True)
class Learner:
    """A new model on the embedded encoder, and what it learns from."""

    model: SruNerModel
    tokenizer: PreTrainedTokenizerBase
    dataset: SequenceDataset
    collate: Collator

    def draw(self, *, seed: int = 0) -> Iterator[list[int]]:
        """Indices of `BATCH` sequences after another, epoch by epoch."""
        sampler = EqualSourceBatches(
            self.dataset.sources, self.dataset.lengths, batch_size=BATCH, seed=seed
        )
        for epoch in count():
            sampler.set_epoch(epoch)
            yield from sampler

    def batch(self, indices: Sequence[int]) -> dict[str, Tensor]:
        """The arguments of the model's training pass, on its device."""
        batch = self.collate([self.dataset[index] for index in indices])
        return {name: tensor.to(self.model.device) for name, tensor in batch.items()}


def new_learner(material: Material, cache: Path, encoder: str = EMBEDDED_ENCODER) -> Learner:
    """A model with separate types of all sources; `cache` is for tokenised files."""
    disable_progress_bar()  # of loading the weights: it is over in a moment
    torch.manual_seed(0)
    corpora = {source: Corpus(material.data, source) for source in material.sources}
    marked = {source: corpus.inventory() for source, corpus in corpora.items()}
    types = {source: inventory.types for source, inventory in marked.items()}
    inventories = labels_of(types, separate=True)
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
    """Folder of the newest trained model on the embedded encoder; one is trained if there is none.

    One that reads neighbouring sentences together is not taken: the other sides read single ones.

    steps: of the training here. That is little, but the model reads and ends sentences as a
    trained one does; an untrained one wanders.
    """
    found = [path.parent for path in Path("models").glob("*/*/training.json") if _comparable(path)]
    if found:
        return max(found, key=lambda folder: (folder / "training.json").stat().st_mtime)
    return train(new_learner(material, scratch / "tokenized"), scratch / "model", steps=steps)


def small_model(material: Material, scratch: Path, *, steps: int = 300) -> Path:
    """Folder of a trained model with a small encoder, for what is not about the encoder."""
    _, tokenizer = SruNerModel.from_encoder(EMBEDDED_ENCODER, {"s": ["s$T"]}, max_subwords=8)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
    )
    encoder = scratch / "small_encoder"
    BertModel(config).save_pretrained(encoder)
    tokenizer.save_pretrained(encoder)
    learner = new_learner(material, scratch / "tokenized", str(encoder))
    return train(learner, scratch / "small_model", steps=steps, rate=3e-3)


def train(learner: Learner, folder: Path, *, steps: int, rate: float = 1e-4) -> Path:
    """Train a new model and write it into a folder; rate: of the encoder's weights."""
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
    """Whether a trained model can be set beside others on the embedded encoder."""
    facts = json.loads(training.read_text(encoding="utf-8"))
    settings = facts["settings"]
    return (
        settings["encoder"] == EMBEDDED_ENCODER
        and not settings["pack"]
        and os.access(training.parent / "model.safetensors", os.R_OK)
    )
