"""Our BERT computes what transformers computes."""

from pathlib import Path

import pytest
import torch
from torch.nn import functional as F
from transformers import BertConfig, BertModel

from sru_ner.inference.any_encoder import load_any
from sru_ner.inference.loading import load
from sru_ner.model.bert import BertEncoder, plain_bert

SETTINGS = {
    "vocab_size": 50,
    "hidden_size": 24,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "intermediate_size": 40,
    "max_position_embeddings": 40,
}


def both(**changes: object) -> tuple[BertModel, BertEncoder]:
    torch.manual_seed(0)
    theirs = BertModel(BertConfig(**{**SETTINGS, **changes}), add_pooling_layer=False).eval()
    settings = plain_bert(theirs.config.to_dict())
    assert settings is not None
    return theirs, BertEncoder.of_weights(settings, theirs.state_dict())


@pytest.mark.parametrize("lengths", [[1], [7, 7], [33, 20, 2], [40, 1]])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@torch.no_grad()
def test_hidden_states_are_those_of_transformers_to_the_last_bit(
    lengths: list[int], dtype: torch.dtype
) -> None:
    theirs, ours = (each.to(dtype) for each in both())
    ids = torch.randint(0, 50, (len(lengths), max(lengths)))
    mask = (torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]).long()
    # In bf16 our encoder adds padding, which can change how sums are rounded.
    more = (0, -max(lengths) % 8 if dtype == torch.bfloat16 else 0)
    padded = {"input_ids": F.pad(ids, more), "attention_mask": F.pad(mask, more)}
    expected = theirs(**padded).last_hidden_state[:, : max(lengths)]
    found = ours(input_ids=ids, attention_mask=mask).last_hidden_state
    assert torch.equal(found[mask.bool()], expected[mask.bool()])


@pytest.mark.parametrize(("dtype", "width"), [(torch.float32, 33), (torch.bfloat16, 40)])
@torch.no_grad()
def test_layers_see_few_widths_in_bf16(dtype: torch.dtype, width: int) -> None:
    ours = both()[1].to(dtype)
    seen: list[int] = []
    ours.layers[1].register_forward_pre_hook(lambda _, given: seen.append(given[0].shape[1]))
    ids = torch.zeros(2, 33, dtype=torch.long)
    found = ours(input_ids=ids, attention_mask=torch.ones_like(ids)).last_hidden_state
    assert seen == [width]
    assert found.shape == (2, 33, 24)


def test_a_loaded_model_has_the_weights_that_transformers_loads(tiny_model: Path) -> None:
    ours, theirs = load(tiny_model, "cpu")[0], load_any(tiny_model)
    assert isinstance(ours.encoder, BertEncoder)
    assert sum(p.numel() for p in ours.parameters()) == sum(p.numel() for p in theirs.parameters())
    for name, weights in theirs.sru.state_dict().items():
        assert torch.equal(ours.sru.state_dict()[name], weights)


@pytest.mark.parametrize(
    "changes",
    [
        {"hidden_act": "relu"},
        {"is_decoder": True},
        {"position_embedding_type": "relative_key"},
        {"model_type": "roberta"},
        {"hidden_size": "wide"},
        {"num_attention_heads": 7},
    ],
)
def test_any_other_encoder_is_left_to_transformers(changes: dict[str, object]) -> None:
    assert plain_bert(BertConfig(**SETTINGS).to_dict()) is not None
    assert plain_bert({**BertConfig(**SETTINGS).to_dict(), **changes}) is None


def test_weights_of_another_encoder_are_refused() -> None:
    theirs, _ = both()
    fewer = plain_bert({**theirs.config.to_dict(), "num_hidden_layers": 2})
    more = plain_bert({**theirs.config.to_dict(), "num_hidden_layers": 4})
    assert fewer is not None
    assert more is not None
    with pytest.raises(RuntimeError, match=r"layers\.2"):
        BertEncoder.of_weights(fewer, theirs.state_dict())
    with pytest.raises(KeyError, match=r"layer\.3"):
        BertEncoder.of_weights(more, theirs.state_dict())
