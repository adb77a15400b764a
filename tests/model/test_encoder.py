import io
import json
import shutil
import socket
from pathlib import Path
from typing import Any

import pytest
import torch
from huggingface_hub import constants
from transformers import AutoConfig, AutoModel

from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.errors import InputError
from sru_ner.model.encoder import count_parameters, freeze_layers, keep_layers, load_encoder


def test_a_hub_that_is_away_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SRU_NER_OFFLINE", raising=False)
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # and nobody listens there
        monkeypatch.setattr(constants, "ENDPOINT", f"http://127.0.0.1:{free.getsockname()[1]}")
        monkeypatch.setattr("time.sleep", lambda seconds: pytest.fail("it is asked again"))
        with pytest.raises(InputError, match="'made/up' is on the hub, which cannot be reached"):
            count_parameters("made/up")


def test_embedded_encoder_loads_without_a_hub() -> None:
    encoder, tokenizer = load_encoder(EMBEDDED_ENCODER)
    assert encoder.config.hidden_size == 384
    assert tokenizer("aspirin")["input_ids"]


def test_a_tokenizer_is_saved_alike_with_and_without_a_network(
    tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = []
    for offline in ("0", "1"):
        monkeypatch.setenv("SRU_NER_OFFLINE", offline)
        _, tokenizer = load_encoder(str(tiny_encoder))
        tokenizer.save_pretrained(tmp_path / offline)
        saved.append({p.name: p.read_bytes() for p in (tmp_path / offline).iterdir()})
    assert saved[0] == saved[1]
    assert b"local" not in saved[0]["tokenizer_config.json"]


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


SMALL = {
    "vocab_size": 40,
    "hidden_size": 8,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "intermediate_size": 8,
    "max_position_embeddings": 24,
}


@pytest.mark.parametrize("kind", ["bert", "roberta", "xlm-roberta", "mpnet", "deberta-v2"])
def test_the_first_layers_can_be_kept(kind: str) -> None:
    """The kept layers compute what they computed, and the configuration describes them."""
    config = AutoConfig.for_model(kind, **SMALL)
    whole = AutoModel.from_config(config).eval()
    ids = torch.tensor([[5, 6, 7, 8]])
    with torch.no_grad():
        expected = whole(input_ids=ids, output_hidden_states=True).hidden_states[2]
        assert keep_layers(whole, None) is whole
        kept = keep_layers(whole, 2)
        assert torch.equal(kept(input_ids=ids).last_hidden_state, expected)
    again = AutoModel.from_config(AutoConfig.for_model(**kept.config.to_dict()))
    assert set(again.state_dict()) == set(kept.state_dict())


def test_an_encoder_without_so_many_layers_is_explained(tiny_encoder: Path) -> None:
    for load in (load_encoder, count_parameters):
        with pytest.raises(InputError, match=r"encoder_layers is 3.* BertModel, which has 2 layer"):
            load(str(tiny_encoder), 3)
    fewer = count_parameters(str(tiny_encoder)) - count_parameters(str(tiny_encoder), 1)
    layer = load_encoder(str(tiny_encoder))[0].encoder.layer[0]
    assert fewer == sum(p.numel() for p in layer.parameters())


def test_an_encoder_whose_layers_are_not_found_is_explained() -> None:
    other = AutoModel.from_config(
        AutoConfig.for_model("distilbert", dim=8, n_heads=2, n_layers=2, vocab_size=9)
    )
    with pytest.raises(InputError, match=r"DistilBertModel, whose layers are not found"):
        keep_layers(other, 1)


CODE = """open({mark!r}, "w").write("this ran")
from transformers import BertConfig, BertModel, BertTokenizer


class Config(BertConfig):
    model_type = "foreign"


class Model(BertModel):
    config_class = Config


class Tokenizer(BertTokenizer):
    pass
"""


def with_code(encoder: Path, folder: Path, file: str, **changes: Any) -> Path:
    """Copy an encoder, with a module that leaves the file `mark` if it is ever imported."""
    shutil.copytree(encoder, folder)
    mark = str(folder / "mark")
    (folder / "foreign.py").write_text(CODE.format(mark=mark), encoding="utf-8")
    settings = json.loads((folder / file).read_text(encoding="utf-8"))
    code = {
        "AutoConfig": "foreign.Config",
        "AutoModel": "foreign.Model",
        "AutoTokenizer": ["foreign.Tokenizer", "foreign.Tokenizer"],
    }
    settings |= {"auto_map": code, **changes}
    (folder / file).write_text(json.dumps(settings), encoding="utf-8")
    return folder


def test_code_that_an_encoder_needs_is_never_run(
    tiny_encoder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = with_code(tiny_encoder, tmp_path / "encoder", "config.json", model_type="foreign")
    for load in (load_encoder, count_parameters):
        monkeypatch.setattr("sys.stdin", io.StringIO("y\n" * 9))  # the answer to a question
        with pytest.raises(InputError, match="program code in its folder, which is never run"):
            load(str(folder))
    assert not (folder / "mark").exists()


@pytest.mark.parametrize(
    ("file", "changes"),
    [("config.json", {}), ("tokenizer_config.json", {"tokenizer_class": "Tokenizer"})],
)
def test_an_encoder_with_code_that_it_does_not_need_is_loaded_without(
    tiny_encoder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
    changes: dict[str, str],
) -> None:
    folder = with_code(tiny_encoder, tmp_path / "encoder", file, **changes)
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n" * 9))
    for loaded in load_encoder(str(folder)):
        assert type(loaded).__module__.startswith("transformers.")
    assert not (folder / "mark").exists()


def test_an_encoder_that_names_a_program_of_the_hub_is_refused(
    tiny_encoder: Path, tmp_path: Path
) -> None:
    changes = {"attn_implementation": "somebody/attention"}
    folder = with_code(tiny_encoder, tmp_path / "encoder", "config.json", **changes)
    for load in (load_encoder, count_parameters):
        with pytest.raises(InputError, match="'somebody/attention', which may be a program"):
            load(str(folder))
