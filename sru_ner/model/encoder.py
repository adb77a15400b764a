"""The encoder, its tokenizer, and word vectors from sub-words (docs/explanation/model.md §1)."""

import os
from pathlib import Path

import torch
from torch import Tensor
from transformers import (
    AutoModel,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER, embedded_folder
from sru_ner.environment.offline import is_offline
from sru_ner.errors import InputError


def locate_encoder(name: str) -> str:
    """What transformers can load for an encoder's name: a folder, or a hub name.

    Raises `InputError` for a folder that is not an encoder and for the embedded default without
    its package.
    """
    if name == EMBEDDED_ENCODER:
        return str(embedded_folder())
    if Path(name).is_dir() and not Path(name, "config.json").is_file():
        raise InputError(
            "the folder holds no encoder: there is no config.json",
            path=name,
            remedy="name a folder written by save_pretrained(), or a hub name",
        )
    return name


def _cannot_load(name: str, error: Exception) -> InputError:
    offline = os.environ.get("HF_HUB_OFFLINE") == "1" or is_offline()
    return InputError(
        f"the encoder {name!r} cannot be loaded: {str(error).strip().splitlines()[0]}",
        remedy=(
            "HF_HUB_OFFLINE or SRU_NER_OFFLINE is set: name a local folder, or unset it to download"
            if offline
            else "name a local folder or an existing hub model with safetensors weights; "
            f"the embedded default is {EMBEDDED_ENCODER}"
        ),
    )


def load_encoder(name: str) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Pre-trained encoder and tokenizer, from the embedded default, a folder or the hub.

    Only safetensors are read. With `SRU_NER_OFFLINE=1` the hub is not asked.
    """
    where = locate_encoder(name)
    local = is_offline()
    try:
        tokenizer = AutoTokenizer.from_pretrained(where, local_files_only=local)
        # Weights are learned in fp32, whatever they were saved in; bf16 is for products.
        encoder = AutoModel.from_pretrained(
            where, dtype=torch.float32, use_safetensors=True, local_files_only=local
        )
    except (OSError, ValueError, ImportError) as error:
        raise _cannot_load(name, error) from error
    return without_pooler(encoder), tokenizer


def without_pooler(encoder: PreTrainedModel) -> PreTrainedModel:
    """Take the sentence pooler off: its weights would never get a gradient."""
    if getattr(encoder, "pooler", None) is not None:
        encoder.register_module("pooler", None)
    return encoder


def freeze(encoder: PreTrainedModel, frozen_layers: int) -> None:
    """Take the lowest parts of an encoder out of training: the embeddings, then layer by layer.

    Raises `InputError` for an encoder with fewer parts or of another build than BERT's.
    """
    embeddings = getattr(encoder, "embeddings", None)
    layers = getattr(getattr(encoder, "encoder", None), "layer", None)
    parts = [embeddings, *layers] if embeddings is not None and layers is not None else []
    if frozen_layers > len(parts):
        raise InputError(
            f"frozen_layers is {frozen_layers}, and a {type(encoder).__name__} has {len(parts)}"
            " parts that can be frozen (embeddings and layers)",
            remedy="choose fewer, or set encoder_learning_rate to 0 to freeze all of it",
        )
    for part in parts[:frozen_layers]:
        part.requires_grad_(False)


def pool_words(hidden: Tensor, slot_of_subword: Tensor, slots: int) -> Tensor:
    """Word vectors as the element-wise maximum over their sub-words: (B, slots, d).

    hidden: (B, L, d) encoder output. slot_of_subword: (B, L) int64, the slot each sub-word belongs
    to; `slots` for padding. Slots without a sub-word (padding) are zero.
    """
    B, _, d = hidden.shape
    index = slot_of_subword[:, :, None].expand(-1, -1, d)
    pooled = hidden.new_zeros(B, slots + 1, d)
    pooled = pooled.scatter_reduce(1, index, hidden, reduce="amax", include_self=False)
    return pooled[:, :slots]
