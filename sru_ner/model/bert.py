"""A trained BERT encoder in torch alone, for annotation.

transformers computes the same, to the last bit, but is most of the time to the first answer. It
loads all encoders that are no plain BERT (`inference.loading`).
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, Literal

import torch
from pydantic import BaseModel, ConfigDict, PositiveInt, ValidationError
from torch import Tensor, nn
from torch.nn import functional as F

from sru_ner.model.mixed_precision import added_width
from sru_ner.model.network import HiddenStates

# The weights are given, so parts are made without memory of their own, and no numbers are drawn.
_Linear = partial(nn.Linear, device="meta")
_Norm = partial(nn.LayerNorm, device="meta")


def _embedding(rows: int, width: int) -> nn.Embedding:
    # Drawing numbers would import the whole of torch's compiler.
    return nn.Embedding(rows, width, _weight=torch.empty(rows, width, device="meta"))


class BertSettings(BaseModel):
    """The settings of a plain BERT, in the terms of transformers' `BertConfig`."""

    model_config = ConfigDict(extra="ignore", strict=True, frozen=True)

    model_type: Literal["bert"]
    vocab_size: PositiveInt
    hidden_size: PositiveInt
    num_hidden_layers: PositiveInt
    num_attention_heads: PositiveInt
    intermediate_size: PositiveInt
    max_position_embeddings: PositiveInt
    type_vocab_size: PositiveInt
    layer_norm_eps: float
    hidden_act: Literal["gelu"]
    position_embedding_type: Literal["absolute"] = "absolute"
    is_decoder: Literal[False] = False
    add_cross_attention: Literal[False] = False


def plain_bert(encoder: Mapping[str, Any]) -> BertSettings | None:
    """Return the settings of an encoder that is a plain BERT; None for any other one."""
    try:
        settings = BertSettings.model_validate(dict(encoder))
    except ValidationError:
        return None
    return None if settings.hidden_size % settings.num_attention_heads else settings


class BertEncoder(nn.Module):
    """Embeddings and layers; parameters have the names of transformers, but for `projections`."""

    def __init__(self, settings: BertSettings) -> None:
        super().__init__()
        self.embeddings = _Embeddings(settings)
        self.layers = nn.ModuleList(_Layer(settings) for _ in range(settings.num_hidden_layers))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> HiddenStates:
        """Return the hidden states (B, L, d), also those of padding.

        input_ids, attention_mask: (B, L) int64.
        """
        width = input_ids.shape[1]
        hidden = self.embeddings(input_ids)
        mask = attention_mask.bool()[:, None, None, :]  # (B, 1, 1, L): the same for all heads
        if more := added_width(hidden):
            hidden, mask = F.pad(hidden, (0, 0, 0, more)), F.pad(mask, (0, more))
        for layer in self.layers:
            hidden = layer(hidden, mask)
        return HiddenStates(hidden[:, :width])

    @classmethod
    def of_weights(cls, settings: BertSettings, weights: Mapping[str, Tensor]) -> "BertEncoder":
        """Make an encoder of weights with the names of transformers, without a pooler.

        The weights are used as they are, and those of query, key and value joined. Raises
        `RuntimeError` for weights of another encoder, and `KeyError` for missing ones.
        """
        encoder = cls(settings)
        own = {
            name.replace("encoder.layer.", "layers."): each
            for name, each in weights.items()
            if ".self." not in name
        }
        for number in range(settings.num_hidden_layers):
            attention = f"encoder.layer.{number}.attention.self"
            for kind in ("weight", "bias"):
                own[f"layers.{number}.projections.{kind}"] = torch.cat(
                    [weights[f"{attention}.{part}.{kind}"] for part in ("query", "key", "value")]
                )
        encoder.load_state_dict(own, assign=True)
        return encoder


class _Embeddings(nn.Module):
    def __init__(self, settings: BertSettings) -> None:
        super().__init__()
        d = settings.hidden_size
        self.word_embeddings = _embedding(settings.vocab_size, d)
        self.position_embeddings = _embedding(settings.max_position_embeddings, d)
        self.token_type_embeddings = _embedding(settings.type_vocab_size, d)
        self.LayerNorm = _Norm(d, settings.layer_norm_eps)

    def forward(self, input_ids: Tensor) -> Tensor:
        positions = self.position_embeddings.weight[: input_ids.shape[1]]
        # In this order sums are rounded as in training.
        words = self.word_embeddings(input_ids) + self.token_type_embeddings.weight[0]
        hidden: Tensor = self.LayerNorm(words + positions)
        return hidden


class _Layer(nn.Module):
    def __init__(self, settings: BertSettings) -> None:
        super().__init__()
        d, wide, eps = settings.hidden_size, settings.intermediate_size, settings.layer_norm_eps
        self.heads = settings.num_attention_heads
        self.projections = _Linear(d, 3 * d)  # one product is faster than three
        self.attention = nn.ModuleDict({"output": _Added(d, d, eps)})
        self.intermediate = nn.ModuleDict({"dense": _Linear(d, wide)})
        self.output = _Added(wide, d, eps)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        rows, width, d = hidden.shape
        split = self.projections(hidden).view(rows, width, 3, self.heads, d // self.heads)
        query, key, value = split.permute(2, 0, 3, 1, 4)  # (B, heads, L, d / heads) each
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        hidden = self.attention["output"](mixed.transpose(1, 2).reshape(rows, width, d), hidden)
        inner = F.gelu(self.intermediate["dense"](hidden))
        result: Tensor = self.output(inner, hidden)
        return result


class _Added(nn.Module):
    """Projects, adds what was before, and normalises."""

    def __init__(self, width: int, d: int, eps: float) -> None:
        super().__init__()
        self.dense = _Linear(width, d)
        self.LayerNorm = _Norm(d, eps)

    def forward(self, inner: Tensor, before: Tensor) -> Tensor:
        result: Tensor = self.LayerNorm(self.dense(inner) + before)
        return result
