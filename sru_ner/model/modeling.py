"""SRU-NER as a Hugging Face model: encoder, word vectors, slot-based recurrent unit.

Shapes: B rows, L sub-words, S slots, d width, G gold steps, V actions, T steps taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

import torch
from torch import Tensor
from transformers import AutoModel, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils.generic import ModelOutput

from sru_ner.errors import InputError
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.encoder import keep_layers, load_encoder, remove_pooler
from sru_ner.model.labels import corresponding
from sru_ner.model.network import Network
from sru_ner.model.quiet_loading import without_progress_bar
from sru_ner.model.sru import SlotRecurrentUnit
from sru_ner.model.supervision import dynamic_loss
from sru_ner.model.weights import WEIGHTS_FILE, check_digest, finish_file

_SHAPING = ("half_context", "context", "positions", "next_word")
"""Settings that the weights of a unit are made for."""


@dataclass
class SruNerOutput(ModelOutput):
    """Holds the results of a training pass."""

    loss: Tensor | None = None
    """Mean loss of the valid steps, a scalar."""
    logits: Tensor | None = None
    """(T, B, V): u of each step."""
    targets: Tensor | None = None
    """(T, B, V): targets of the dynamic loss."""
    valid: Tensor | None = None
    """(T, B) bool: false after a row's EOA."""


class SruNerModel(Network, PreTrainedModel):
    """The whole model; `from_encoder` makes a new one, `from_pretrained` loads a trained one."""

    config: SruNerConfig
    encoder: PreTrainedModel
    config_class = SruNerConfig
    base_model_prefix = "encoder"
    main_input_name = "input_ids"
    supports_gradient_checkpointing = True
    # The unit sums over many steps, so only the encoder takes the dtype a model is loaded in.
    _keep_in_fp32_modules_strict = {"sru"}  # noqa: RUF012

    def __init__(self, config: SruNerConfig) -> None:
        super().__init__(config)
        encoder_config = config.encoder_config()
        self.encoder = remove_pooler(AutoModel.from_config(encoder_config, trust_remote_code=False))
        self.sru = SlotRecurrentUnit(config, encoder_config.hidden_size)
        self.post_init()

    def _init_weights(self, module: torch.nn.Module) -> None:
        # The encoder is loaded with its weights; the unit draws its own.
        if isinstance(module, SlotRecurrentUnit):
            module.reset_parameters()

    @classmethod
    def from_encoder(
        cls,
        name: str,
        inventories: Mapping[str, Sequence[str]],
        *,
        encoder_layers: int | None = None,
        **settings: Any,
    ) -> tuple["SruNerModel", PreTrainedTokenizerBase]:
        """Make a new model on a pre-trained encoder; return it with the encoder's tokenizer.

        name: hub name, local folder or the embedded default. inventories: source → labels.
        encoder_layers: how many of its layers to keep; None: all. settings: other arguments of
        `SruNerConfig`. Raises `InputError` for an encoder that is not available, has fewer layers
        or takes fewer than `max_subwords` sub-words.
        """
        encoder, tokenizer = load_encoder(name, encoder_layers)
        settings.setdefault("pad_token_id", tokenizer.pad_token_id)
        # transformers notes the encoder's folder on this machine, which is nobody else's business.
        shown = PurePath(name).name if Path(name).is_dir() else name
        about = {**encoder.config.to_dict(), "_name_or_path": shown}
        config = SruNerConfig(about, inventories, **settings)
        _check_length(config, repr(name))
        model = cls(config)
        model.encoder = encoder
        return model, tokenizer

    @classmethod
    def from_model(
        cls,
        trained: "SruNerModel",
        inventories: Mapping[str, Sequence[str]],
        *,
        encoder_layers: int | None = None,
        **settings: Any,
    ) -> "SruNerModel":
        """Make a new model with the weights of a trained one, and new weights for other types.

        The arguments but the first are those of `from_encoder`. The new model has as many latents
        as the trained one, whatever its number of actions. Raises `InputError` for settings
        with which the trained weights cannot be used, and those of `from_encoder`.
        """
        settings.setdefault("pad_token_id", trained.config.pad_token_id)
        config = SruNerConfig(trained.config.encoder, inventories, **settings)
        if config.latent_count != trained.config.latent_count:
            config.latents = trained.config.latent_count
        for name in _SHAPING:
            ours, theirs = getattr(config, name), getattr(trained.config, name)
            if ours != theirs:
                raise InputError(
                    f"{name} is {ours}, but {theirs} in the model that training starts from",
                    path=trained.name_or_path or None,
                    remedy=f"set {name} to {theirs}",
                )
        _check_length(config, "of the model that training starts from")
        model = cls(config)
        model.encoder.load_state_dict(trained.encoder.state_dict())
        model.encoder = keep_layers(model.encoder, encoder_layers)
        if encoder_layers is not None:
            config.encoder["num_hidden_layers"] = encoder_layers
        model.sru.take_over(trained.sru, corresponding(config.labels, trained.config.labels))
        return model

    @classmethod
    def from_pretrained(cls, pretrained_model_name_or_path: Any, *args: Any, **options: Any) -> Any:
        """Load a trained model as in transformers, without a progress bar.

        Raises `InputError` if weights are missing, and if the file of a folder does not have the
        digest beside it; see `weights`.
        """
        wanted = options.pop("output_loading_info", False)
        check_digest(Path(pretrained_model_name_or_path, WEIGHTS_FILE))
        with without_progress_bar():
            loaded: Any = super().from_pretrained(
                pretrained_model_name_or_path, *args, output_loading_info=True, **options
            )
        model, info = loaded
        # transformers draws missing weights at random, and such a model finds nothing.
        if missing := sorted(info["missing_keys"]):
            raise InputError(
                f"weights of the model are missing: {len(missing)}, the first is {missing[0]}",
                path=pretrained_model_name_or_path,
                remedy="load a model that was exported to ONNX with Annotator.load or sru-ner;"
                " copy or train any other model again",
            )
        return (model, info) if wanted else model

    def save_pretrained(self, save_directory: Any, *args: Any, **options: Any) -> None:
        """Save the model as in transformers, and the digest of its weights; see `weights`."""
        super().save_pretrained(save_directory, *args, **options)
        if (weights := Path(save_directory, WEIGHTS_FILE)).is_file():
            finish_file(weights)

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        slot_of_subword: Tensor,
        word_counts: Tensor,
        gold_steps: Tensor,
        step_counts: Tensor,
        open_actions: Tensor,
        ruled_out: Tensor | None = None,
        rejected: Tensor | None = None,
        taught: Tensor | None = None,
    ) -> SruNerOutput:
        """Compute the loss along the gold steps; for the arguments see `batch`."""
        slots, mask = self.word_vectors(input_ids, attention_mask, slot_of_subword, word_counts)
        with torch.autocast(slots.device.type, enabled=False):
            logits, targets, valid = self.sru.training_pass(
                slots, mask, gold_steps, step_counts, open_actions, ruled_out, rejected, taught
            )
            return SruNerOutput(dynamic_loss(logits, targets, valid), logits, targets, valid)


def _check_length(config: SruNerConfig, encoder: str) -> None:
    """Check that an encoder takes as many sub-words as a sequence may have."""
    positions = config.encoder.get("max_position_embeddings")
    # RoBERTa-like encoders reserve the positions up to the padding id.
    offset = (config.pad_token_id or 0) + 1 if "roberta" in config.encoder["model_type"] else 0
    if positions is not None and config.max_subwords > positions - offset:
        raise InputError(
            f"max_subwords is {config.max_subwords}, but the encoder {encoder} takes"
            f" {positions - offset}",
            remedy=f"set max_subwords to {positions - offset} or less",
        )
