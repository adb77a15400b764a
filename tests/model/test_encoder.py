from pathlib import Path

import pytest

from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.errors import InputError
from sru_ner.model.encoder import freeze_layers, load_encoder


def test_embedded_encoder_loads_without_a_hub() -> None:
    encoder, tokenizer = load_encoder(EMBEDDED_ENCODER)
    assert encoder.config.hidden_size == 384
    assert tokenizer("aspirin")["input_ids"]


def test_a_folder_without_an_encoder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no config\.json"):
        load_encoder(str(tmp_path))


def test_an_unknown_encoder_offline_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SRU_NER_OFFLINE", "1")
    with pytest.raises(InputError, match=r"nobody/nothing.*cannot be loaded[\s\S]*OFFLINE"):
        load_encoder("nobody/nothing")


def test_the_lowest_layers_can_be_frozen(tiny_encoder: Path) -> None:
    encoder, _ = load_encoder(str(tiny_encoder))
    freeze_layers(encoder, 2)
    frozen = {name for name, p in encoder.named_parameters() if not p.requires_grad}
    assert frozen == {
        name
        for name, _ in encoder.named_parameters()
        if name.startswith(("embeddings.", "encoder.layer.0."))
    }
    with pytest.raises(InputError, match=r"frozen_layers is 4, but a BertModel has 3 parts"):
        freeze_layers(encoder, 4)
