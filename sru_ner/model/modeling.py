"""SRU-NER in Hugging Face form: encoder, word vectors, slot-based recurrent unit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F
from transformers import AutoModel, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils.generic import ModelOutput

from sru_ner.errors import InputError
from sru_ner.model.actions import WordSpan
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.decoding import decode_spans
from sru_ner.model.encoder import load_encoder, pool_words, without_pooler
from sru_ner.model.sru import SlotRecurrentUnit
from sru_ner.model.supervision import dynamic_loss


@dataclass
class SruNerOutput(ModelOutput):
    """Result of a training pass."""

    loss: Tensor | None = None
    """Scalar."""
    logits: Tensor | None = None
    """(T, B, V) u of each step."""
    targets: Tensor | None = None
    """(T, B, V)."""
    valid: Tensor | None = None
    """(T, B) bool: steps up to a row's EOA."""


class SruNerModel(PreTrainedModel):
    """The whole model; `from_encoder` makes a new one, `from_pretrained` loads a trained one."""

    config_class = SruNerConfig
    base_model_prefix = "encoder"
    main_input_name = "input_ids"
    supports_gradient_checkpointing = True
    # Sums over many steps: whatever dtype a model is loaded in, that is the encoder's.
    _keep_in_fp32_modules_strict = {"sru"}  # noqa: RUF012

    def __init__(self, config: SruNerConfig) -> None:
        super().__init__(config)
        encoder_config = config.encoder_config()
        self.encoder = without_pooler(AutoModel.from_config(encoder_config))
        self.sru = SlotRecurrentUnit(config, encoder_config.hidden_size)
        self.post_init()

    def _init_weights(self, module: torch.nn.Module) -> None:
        # The encoder comes with weights; the unit draws its own.
        if isinstance(module, SlotRecurrentUnit):
            module.reset_parameters()

    @classmethod
    def from_encoder(
        cls, name: str, inventories: Mapping[str, Sequence[str]], **settings: Any
    ) -> tuple["SruNerModel", PreTrainedTokenizerBase]:
        """A new model on a pre-trained encoder, and the encoder's tokenizer.

        name: hub name, local folder or the embedded default. inventories: source → labels.
        settings: the rest of `SruNerConfig`.
        """
        encoder, tokenizer = load_encoder(name)
        positions = getattr(encoder.config, "max_position_embeddings", None)
        wanted = settings.get("max_subwords", SruNerConfig().max_subwords)
        # RoBERTa-like encoders keep the positions up to the padding id for themselves.
        offset = (tokenizer.pad_token_id or 0) + 1 if "roberta" in encoder.config.model_type else 0
        if positions is not None and wanted > positions - offset:
            raise InputError(
                f"max_subwords is {wanted}, and the encoder {name!r} takes {positions - offset}",
                remedy=f"set max_subwords to {positions - offset} or less",
            )
        settings.setdefault("pad_token_id", tokenizer.pad_token_id)
        config = SruNerConfig(encoder.config.to_dict(), inventories, **settings)
        model = cls(config)
        model.encoder = encoder
        return model, tokenizer

    @classmethod
    def from_pretrained(cls, pretrained_model_name_or_path: Any, *args: Any, **options: Any) -> Any:
        """As in transformers, but raises `InputError` for weights that are missing."""
        wanted = options.pop("output_loading_info", False)
        loaded: Any = super().from_pretrained(
            pretrained_model_name_or_path, *args, output_loading_info=True, **options
        )
        model, info = loaded
        # transformers draws them at random, and such a model finds nothing.
        if missing := sorted(info["missing_keys"]):
            raise InputError(
                f"{len(missing)} weights of the model are missing, the first is {missing[0]}",
                path=pretrained_model_name_or_path,
                remedy="if it was exported to ONNX, give it to Annotator.load or sru-ner; if not,"
                " copy or train it again",
            )
        return (model, info) if wanted else model

    def word_vectors(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        slot_of_subword: Tensor,
        word_counts: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Slots (B, S, d) float32 and their mask (B, S); see `batch.encoder_inputs`."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        slots = int(word_counts.max()) + 2
        mask = torch.arange(slots, device=input_ids.device) < word_counts[:, None] + 2
        # Sums of many steps need fp32, whatever the encoder computes in.
        return pool_words(hidden.float(), slot_of_subword, slots), mask

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        slot_of_subword: Tensor,
        word_counts: Tensor,
        gold_steps: Tensor,
        step_counts: Tensor,
        open_actions: Tensor,
    ) -> SruNerOutput:
        """Training pass along the gold steps; shapes in `batch`."""
        slots, mask = self.word_vectors(input_ids, attention_mask, slot_of_subword, word_counts)
        with torch.autocast(slots.device.type, enabled=False):
            logits, targets, valid = self.sru.teach(
                slots, mask, gold_steps, step_counts, open_actions
            )
            return SruNerOutput(dynamic_loss(logits, targets, valid), logits, targets, valid)

    @torch.no_grad()
    def decode(self, *passes: Mapping[str, Tensor]) -> list[list[tuple[WordSpan, float]]]:
        """Mentions of each row with their scores; the type is an index into `config.labels`.

        passes: inputs of `word_vectors`, for one run of the encoder each; the rows of all of them
        then take their steps together. Returns the rows of one pass after the other.
        """
        vectors = [self.word_vectors(**inputs) for inputs in passes]
        width = max(mask.shape[1] for _, mask in vectors)
        slots = torch.cat([F.pad(s, (0, 0, 0, width - s.shape[1])) for s, _ in vectors])
        mask = torch.cat([F.pad(m, (0, width - m.shape[1])) for _, m in vectors])
        word_counts = torch.cat([inputs["word_counts"] for inputs in passes])
        with torch.autocast(slots.device.type, enabled=False):
            found = decode_spans(*self.sru.decode(slots, mask))
        # A unit that does not end at SEP may shift on: what it closes there has no last word.
        return [
            [(span, score) for span, score in row if span.end <= words]
            for row, words in zip(found, word_counts.tolist(), strict=True)
        ]
