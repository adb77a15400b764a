"""Loading a pre-trained encoder with its tokenizer; keeping and freezing its lowest layers."""

import os
from pathlib import Path

import torch
from huggingface_hub import get_hf_file_metadata, hf_hub_url, try_to_load_from_cache
from torch import nn
from transformers import (
    AutoConfig,
    AutoModel,
    AutoTokenizer,
    PretrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils import CONFIG_NAME

from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER, embedded_folder
from sru_ner.environment.offline import is_offline
from sru_ner.errors import InputError, first_line
from sru_ner.model.description import check_attention
from sru_ner.model.quiet_loading import without_progress_bar

_PATIENCE = 10.0
"""Seconds in which the hub has to answer."""


def locate_encoder(name: str) -> str:
    """Return the folder or hub name from which transformers loads an encoder.

    Raises `InputError` for a folder without an encoder, and for the embedded default if its
    package is not installed.
    """
    if name == EMBEDDED_ENCODER:
        return str(embedded_folder())
    if Path(name).is_dir() and not Path(name, "config.json").is_file():
        raise InputError(
            "the folder holds no encoder: it has no config.json",
            path=name,
            remedy="name a folder written by save_pretrained(), or a hub name",
        )
    return name


def _not_loadable(name: str, error: Exception) -> InputError:
    if "custom code" in str(error):
        return InputError(
            f"the encoder {name!r} is defined by program code in its folder, which is never run",
            remedy="choose an encoder that transformers knows without such code, such as a BERT",
        )
    offline = os.environ.get("HF_HUB_OFFLINE") == "1" or is_offline()
    return InputError(
        f"the encoder {name!r} cannot be loaded: {first_line(error)}",
        remedy=(
            "name a local folder, or unset HF_HUB_OFFLINE and SRU_NER_OFFLINE to download it"
            if offline
            else "name a local folder or an existing hub model with safetensors weights; "
            f"the embedded default is {EMBEDDED_ENCODER}"
        ),
    )


def _ask_hub(where: str) -> None:
    """Ask the hub once for an encoder that is neither a folder nor in the local cache.

    transformers asks six times, which takes 24 seconds, before it says that the hub is away.
    """
    if is_offline() or Path(where).is_dir():
        return
    try:
        if not isinstance(try_to_load_from_cache(where, CONFIG_NAME), str):
            get_hf_file_metadata(hf_hub_url(where, CONFIG_NAME), timeout=_PATIENCE)
    except (OSError, ValueError):
        return  # the hub has answered, or may not be asked: transformers says what is wrong
    except Exception as error:  # of the HTTP client, which huggingface_hub does not name
        raise InputError(
            f"the encoder {where!r} is on the hub, which cannot be reached: {first_line(error)}",
            remedy="try again when the network is there, or name a local folder; "
            f"the embedded default is {EMBEDDED_ENCODER}",
        ) from None


def _check_settings(where: str) -> None:
    _ask_hub(where)
    settings, _ = PretrainedConfig.get_config_dict(where, local_files_only=is_offline())
    check_attention(settings, place=f"the encoder {where}")


def load_encoder(
    name: str, layers: int | None = None
) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Load a pre-trained encoder and its tokenizer: the embedded default, a folder or a hub name.

    layers: how many of its layers to keep, see `keep_layers`; None: all. Only safetensors weights
    are read, and no program code that comes with an encoder is run. With `SRU_NER_OFFLINE=1`
    nothing is downloaded. Raises `InputError` for an encoder that is not available or needs its
    own code.
    """
    where = locate_encoder(name)
    local = is_offline()
    try:
        _check_settings(where)
        tokenizer = AutoTokenizer.from_pretrained(
            where, local_files_only=local, trust_remote_code=False
        )
        # Weights are trained in fp32, whatever dtype they were saved in.
        with without_progress_bar():
            encoder = AutoModel.from_pretrained(
                where,
                dtype=torch.float32,
                use_safetensors=True,
                local_files_only=local,
                trust_remote_code=False,
            )
    except (OSError, ValueError, ImportError) as error:
        raise _not_loadable(name, error) from error
    forget_loading(tokenizer)
    return remove_pooler(keep_layers(encoder, layers)), tokenizer


def forget_loading(tokenizer: PreTrainedTokenizerBase) -> None:
    """Remove from a tokenizer what belongs to this process and would be saved with it.

    That is from where and how it was loaded, and the lengths to which it cuts and pads texts, which
    a call sets anyway. Without this, the same training would save other files with
    `SRU_NER_OFFLINE=1`, or if its sequences came from the cache.
    """
    for name in ("local_files_only", "is_local"):
        tokenizer.init_kwargs.pop(name, None)
    if (fast := getattr(tokenizer, "backend_tokenizer", None)) is not None:
        fast.no_truncation()
        fast.no_padding()


def count_parameters(name: str, layers: int | None = None) -> int:
    """Return the number of an encoder's parameters, without loading its weights.

    layers: how many of its layers are kept, see `keep_layers`; None: all. Of an encoder on the hub,
    the configuration is downloaded if it is not in the local cache. Raises `InputError` for an
    encoder that is not available.
    """
    where = locate_encoder(name)
    if Path(where).is_dir() and not any(Path(where).glob("*.safetensors")):
        raise InputError(
            "the folder holds no weights of an encoder: it has no *.safetensors file",
            path=where,
            remedy="name a folder written by save_pretrained(), or a hub name",
        )
    try:
        _check_settings(where)
        config = AutoConfig.from_pretrained(
            where, local_files_only=is_offline(), trust_remote_code=False
        )
        with torch.device("meta"):
            encoder = AutoModel.from_config(config, trust_remote_code=False)
            return keep_layers(encoder, layers).num_parameters()
    except (OSError, ValueError, ImportError) as error:
        raise _not_loadable(name, error) from error


def remove_pooler(encoder: PreTrainedModel) -> PreTrainedModel:
    """Remove the sentence pooler, whose weights would never get a gradient."""
    if getattr(encoder, "pooler", None) is not None:
        encoder.register_module("pooler", None)
    return encoder


def keep_layers(encoder: PreTrainedModel, layers: int | None) -> PreTrainedModel:
    """Remove all layers of an encoder but the first ones, those next to its embeddings.

    layers: their number; None: all. The encoder's configuration says how many are left, so that a
    saved model is loaded with them. Raises `InputError` for an encoder with fewer layers, or with
    other parts than BERT.
    """
    if layers is None:
        return encoder
    found = _layers(encoder)
    if found is None or layers > len(found):
        has = "whose layers are not found" if found is None else f"which has {len(found)} layers"
        raise InputError(
            f"encoder_layers is {layers}, but the encoder is a {type(encoder).__name__}, {has}",
            remedy="choose fewer, or null for all layers"
            if found
            else "set encoder_layers to null, or choose an encoder like BERT or RoBERTa",
        )
    del found[layers:]
    encoder.config.num_hidden_layers = layers
    return encoder


def _layers(encoder: PreTrainedModel) -> nn.ModuleList | None:
    """Return the layers of an encoder that has them where BERT has them, else None."""
    layers = getattr(getattr(encoder, "encoder", None), "layer", None)
    return layers if isinstance(layers, nn.ModuleList) else None


def freeze_layers(encoder: PreTrainedModel, frozen_layers: int) -> None:
    """Exclude the lowest parts of an encoder from training: the embeddings, then layer by layer.

    Raises `InputError` for an encoder with fewer parts, or with other parts than BERT.
    """
    embeddings = getattr(encoder, "embeddings", None)
    layers = _layers(encoder)
    parts = [embeddings, *layers] if embeddings is not None and layers is not None else []
    if frozen_layers > len(parts):
        raise InputError(
            f"frozen_layers is {frozen_layers}, but a {type(encoder).__name__} has {len(parts)}"
            " parts that can be frozen (embeddings and layers)",
            remedy="choose fewer, or set encoder_learning_rate to 0 to freeze the whole encoder",
        )
    for part in parts[:frozen_layers]:
        part.requires_grad_(False)
