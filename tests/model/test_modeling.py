import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer

from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.inference.loading import load
from sru_ner.model.actions import (
    EOA,
    SHIFT,
    WordSpan,
    action_count,
    gold_steps,
    reduce,
    transition,
)
from sru_ner.model.batch import encoder_inputs, gold_tensors
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.encoder import freeze, load_encoder
from sru_ner.model.labels import label_source, labels_of, type_name
from sru_ner.model.modeling import SruNerModel
from sru_ner.model.open_actions import open_action_table
from sru_ner.model.prediction import predict_words
from sru_ner.model.sequences import EncodedWords
from sru_ner.model.wordpieces import WordPieces

TEXTS = [
    ["aspirin", "treats", "headache", "in", "mice", "."],
    ["headache"],
    [
        "the",
        "unknown",
        "brca1",
        "-",
        "aspirin",
        "treats",
        "the",
        "headache",
        "in",
        "the",
        "mice",
        ".",
    ],
    ["in", "mice", "the", "headache"],
]


def batch_of(model: SruNerModel, folder: Path) -> dict[str, torch.Tensor]:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    pieces = WordPieces(tokenizer)
    sequences = []
    for words in TEXTS:
        ids = pieces(words)
        sequences.append(EncodedWords([i for each in ids for i in each], [len(e) for e in ids]))
    labels = model.config.labels
    steps = [gold_steps(len(words), [WordSpan(0, 1, n % 3)]) for n, words in enumerate(TEXTS)]
    sources = ["one", "two", "one", "two"]
    return {
        **encoder_inputs(sequences, tokenizer),
        **gold_tensors(steps, action_count(len(labels))),
        "open_actions": open_action_table(
            labels, [model.config.type_inventories()[source] for source in sources]
        ),
    }


def test_saved_and_loaded_it_predicts_the_same(tiny_model: Path, tmp_path: Path) -> None:
    model, tokenizer = load(tiny_model, "cpu")
    before = predict_words(model, tokenizer, TEXTS)
    assert any(before)
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    assert not [p for p in tmp_path.rglob("*") if p.suffix in {".bin", ".pt", ".pkl", ".pickle"}]
    assert predict_words(*load(tmp_path, "cpu"), TEXTS) == before


def test_missing_weights_are_not_drawn_at_random(tiny_model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(tiny_model, folder)
    weights = load_file(folder / "model.safetensors")
    unit = {name: each for name, each in weights.items() if name.startswith("sru.")}
    save_file(unit, folder / "model.safetensors", metadata={"format": "pt"})
    for given in (folder, str(folder)):
        with pytest.raises(InputError, match=r"model: \d+ weights .* is encoder\.[\s\S]*ONNX"):
            SruNerModel.from_pretrained(given)
    with pytest.raises(InputError, match="weights of the model are missing"):
        load(folder, "cpu")


def test_loading_tells_more_if_asked(tiny_model: Path) -> None:
    model, info = SruNerModel.from_pretrained(tiny_model, output_loading_info=True)
    assert isinstance(model, SruNerModel)
    assert not info["missing_keys"]


def test_the_configuration_file_holds_actions_and_inventories(tiny_model: Path) -> None:
    saved = json.loads((tiny_model / "config.json").read_text())
    assert saved["inventories"] == {"one": ["one$Chemical", "one$Disease"], "two": ["two$Disease"]}
    assert saved["actions"][:4] == [
        "EOA",
        "SHIFT",
        "TRANSITION(one$Chemical)",
        "REDUCE(one$Chemical)",
    ]
    assert SruNerConfig.from_pretrained(tiny_model).labels == [
        "one$Chemical",
        "one$Disease",
        "two$Disease",
    ]


def test_a_loaded_model_knows_what_coarser_types_cover(tmp_path: Path) -> None:
    inventories = {"one": ["one$Cell"], "two": ["two$Cell_Line"]}
    covers = {"one": {"Cell": ("Cell_Line",)}, "two": {}}
    SruNerConfig(inventories=inventories, covers=covers).save_pretrained(tmp_path)
    loaded = SruNerConfig.from_pretrained(tmp_path).type_inventories()
    assert loaded == {
        "one": TypeInventory("one", ("Cell",), {"Cell": ("Cell_Line",)}),
        "two": TypeInventory("two", ("Cell_Line",)),
    }


def test_predictions_do_not_depend_on_the_batch(tiny_model: Path) -> None:
    model, tokenizer = load(tiny_model, "cpu")
    together = predict_words(model, tokenizer, TEXTS, batch_size=4)
    alone = [predict_words(model, tokenizer, [text])[0] for text in TEXTS]
    assert [[p[:3] for p in each] for each in together] == [[p[:3] for p in each] for each in alone]
    scores = [[p.score for p in each] for each in together]
    for one, other in zip(scores, [[p.score for p in each] for each in alone], strict=True):
        assert one == pytest.approx(other, abs=1e-5)


def test_loss_reaches_encoder_and_unit(tiny_model: Path) -> None:
    model, _ = load(tiny_model, "cpu")
    model.train()
    output = model(**batch_of(model, tiny_model))
    output.loss.backward()
    without = {name for name, p in model.named_parameters() if p.requires_grad and p.grad is None}
    assert without == set()
    assert output.logits.shape == output.targets.shape


def test_bf16_autocast_keeps_the_sums_in_fp32(tiny_model: Path) -> None:
    model, _ = load(tiny_model, "cpu")
    batch = batch_of(model, tiny_model)
    exact = model(**batch)
    with torch.autocast("cpu", torch.bfloat16):
        rounded = model(**batch)
    assert rounded.logits.dtype == rounded.loss.dtype == torch.float32
    assert rounded.loss.item() == pytest.approx(exact.loss.item(), rel=0.05)
    assert rounded.loss.item() != exact.loss.item()


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


def test_more_subwords_than_the_encoder_takes_are_refused(tiny_encoder: Path) -> None:
    with pytest.raises(InputError, match=r"max_subwords is 65.*takes 64"):
        SruNerModel.from_encoder(str(tiny_encoder), {"s": ["T"]}, max_subwords=65)


def test_words_without_subwords_become_the_unknown_token(tiny_encoder: Path) -> None:
    tokenizer = AutoTokenizer.from_pretrained(tiny_encoder)
    pieces = WordPieces(tokenizer)(["aspirin", "\u0000", "unknown"])
    assert [len(ids) for ids in pieces] == [1, 1, 2]
    assert pieces[1] == [tokenizer.unk_token_id]


def test_labels_keep_or_drop_their_source() -> None:
    types = {"bc5cdr": ["Disease", "Chemical"], "ncbi": ["Disease"]}
    assert labels_of(types, separate=True) == {
        "bc5cdr": ["bc5cdr$Chemical", "bc5cdr$Disease"],
        "ncbi": ["ncbi$Disease"],
    }
    assert labels_of(types, separate=False)["ncbi"] == ["Disease"]
    assert (type_name("ncbi$Disease"), label_source("ncbi$Disease")) == ("Disease", "ncbi")
    assert (type_name("Disease"), label_source("Disease")) == ("Disease", None)


def test_no_mention_reaches_beyond_the_last_word(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A unit that does not end at SEP shifts on past the words."""
    model, tokenizer = load(tiny_model, "cpu")
    taken = [[SHIFT], [transition(0)], [SHIFT], [reduce(0)], [SHIFT], [EOA]]
    probabilities = torch.zeros(2, len(taken), action_count(3))
    for step, actions in enumerate(taken):
        probabilities[:, step, actions] = 0.9
    steps = torch.tensor([len(taken)] * 2)
    monkeypatch.setattr(model.sru, "decode", lambda slots, mask: (probabilities, steps))
    two_words, one_word = predict_words(model, tokenizer, [["in", "mice"], ["mice"]])
    assert [p[:2] for p in two_words] == [(1, 2)]
    assert one_word == []


def test_the_lowest_layers_can_be_frozen(tiny_encoder: Path) -> None:
    encoder, _ = load_encoder(str(tiny_encoder))
    freeze(encoder, 2)
    frozen = {name for name, p in encoder.named_parameters() if not p.requires_grad}
    assert frozen == {
        name
        for name, _ in encoder.named_parameters()
        if name.startswith(("embeddings.", "encoder.layer.0."))
    }
    with pytest.raises(InputError, match=r"frozen_layers is 4, and a BertModel has 3 parts"):
        freeze(encoder, 4)


def test_what_is_switched_off_stays_off(tiny_encoder: Path, tmp_path: Path) -> None:
    switched = {"context": "mean", "positions": False, "next_word": False}
    model, _ = SruNerModel.from_encoder(
        str(tiny_encoder), {"s": ["A"]}, max_subwords=32, **switched
    )
    model.save_pretrained(tmp_path)
    loaded = SruNerModel.from_pretrained(tmp_path)
    off = {name for name, p in model.sru.named_parameters() if not p.requires_grad}
    assert off == {"latents", "position_embeddings", "token_multiplier"}
    for unit in (model.sru, loaded.sru):
        assert not unit.latents.any()
        assert not unit.position_embeddings.any()
    slots, mask = torch.randn(1, 6, 16), torch.ones(1, 6, dtype=torch.bool)
    other = slots.clone()
    other[0, 1], other[0, 4] = slots[0, 4], slots[0, 1]
    # Nothing tells the slots apart: the unit sees a bag of words.
    expected, _ = model.sru.decode(slots, mask)
    torch.testing.assert_close(model.sru.decode(other, mask)[0], expected)
    torch.testing.assert_close(loaded.eval().sru.decode(slots, mask)[0], expected)


def test_an_unknown_context_lists_the_known() -> None:
    with pytest.raises(UnknownNameError, match="choose one of: attention, mean, none"):
        SruNerConfig(context="all")
