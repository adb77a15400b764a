"""Our BERT computes what transformers computes."""

from pathlib import Path

import pytest
import torch
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
    expected = theirs(input_ids=ids, attention_mask=mask).last_hidden_state
    found = ours(input_ids=ids, attention_mask=mask).last_hidden_state
    assert torch.equal(found[mask.bool()], expected[mask.bool()])


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
