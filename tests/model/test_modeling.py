import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer

from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.errors import InputError
from sru_ner.inference.any_encoder import load_any
from sru_ner.inference.loading import load
from sru_ner.inference.tokenizer import of_transformers
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
from sru_ner.model.modeling import SruNerModel
from sru_ner.model.open_actions import open_action_table
from sru_ner.model.prediction import predict_words
from sru_ner.model.sequences import GoldSteps, encode_words
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
    labels = model.config.labels
    steps = [
        GoldSteps.of(gold_steps(len(words), [WordSpan(0, 1, n % 3)]))
        for n, words in enumerate(TEXTS)
    ]
    sources = ["one", "two", "one", "two"]
    return {
        **encoder_inputs(encode_words(WordPieces(tokenizer), TEXTS), tokenizer),
        **gold_tensors(steps, action_count(len(labels))),
        "open_actions": open_action_table(
            labels, [model.config.type_inventories()[source] for source in sources]
        ),
    }


def test_saved_and_loaded_it_predicts_the_same(tiny_model: Path, tmp_path: Path) -> None:
    model, tokenizer = load_any(tiny_model), of_transformers(tiny_model)
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
    (folder / "model.safetensors.sha256").unlink()  # as in a folder that somebody cut down
    for given in (folder, str(folder)):
        with pytest.raises(InputError, match=r"model: .* missing: \d+, .* is encoder\.[\s\S]*ONNX"):
            SruNerModel.from_pretrained(given)
    with pytest.raises(InputError, match="weights of the model are missing"):
        load(folder, "cpu")


def test_loading_returns_details_if_asked(tiny_model: Path) -> None:
    model, info = SruNerModel.from_pretrained(tiny_model, output_loading_info=True)
    assert isinstance(model, SruNerModel)
    assert not info["missing_keys"]


def test_predictions_do_not_depend_on_the_batch(tiny_model: Path) -> None:
    model, tokenizer = load(tiny_model, "cpu")
    together = predict_words(model, tokenizer, TEXTS, batch_size=4)
    alone = [predict_words(model, tokenizer, [text])[0] for text in TEXTS]
    assert [[p[:3] for p in each] for each in together] == [[p[:3] for p in each] for each in alone]
    scores = [[p.score for p in each] for each in together]
    for one, other in zip(scores, [[p.score for p in each] for each in alone], strict=True):
        assert one == pytest.approx(other, abs=1e-5)


def test_mention_bias_moves_the_logits_of_mentions_in_predictions_only(tiny_model: Path) -> None:
    model, tokenizer = load_any(tiny_model), of_transformers(tiny_model)
    batch = batch_of(model, tiny_model)
    loss = model.eval()(**batch).loss
    biased = load_any(tiny_model)
    biased.sru.mention_bias = 0.7
    by_hand = load_any(tiny_model)
    by_hand.sru.mlp[2].bias.data[SHIFT + 1 :] += 0.7
    assert torch.equal(biased.eval()(**batch).loss, loss)
    assert predict_words(biased, tokenizer, TEXTS) == predict_words(by_hand, tokenizer, TEXTS)
    biased.sru.mention_bias = -100.0
    assert not any(predict_words(biased, tokenizer, TEXTS))


def test_loss_reaches_encoder_and_unit(tiny_model: Path) -> None:
    model = load_any(tiny_model)
    model.train()
    output = model(**batch_of(model, tiny_model))
    output.loss.backward()
    without = {name for name, p in model.named_parameters() if p.requires_grad and p.grad is None}
    assert without == set()
    assert output.logits.shape == output.targets.shape


def test_bf16_autocast_keeps_the_sums_in_fp32(tiny_model: Path) -> None:
    model = load_any(tiny_model)
    batch = batch_of(model, tiny_model)
    exact = model(**batch)
    with torch.autocast("cpu", torch.bfloat16):
        rounded = model(**batch)
    assert rounded.logits.dtype == rounded.loss.dtype == torch.float32
    assert rounded.loss.item() == pytest.approx(exact.loss.item(), rel=0.05)
    assert rounded.loss.item() != exact.loss.item()


def test_more_subwords_than_the_encoder_takes_are_refused(tiny_encoder: Path) -> None:
    with pytest.raises(InputError, match=r"max_subwords is 65.*takes 64"):
        SruNerModel.from_encoder(str(tiny_encoder), {"s": ["T"]}, max_subwords=65)


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


def test_a_model_with_fewer_layers_is_loaded_with_them(tiny_encoder: Path, tmp_path: Path) -> None:
    one = {"one": ["one$A"]}
    model, _ = SruNerModel.from_encoder(str(tiny_encoder), one, encoder_layers=1, max_subwords=48)
    model.save_pretrained(tmp_path)
    loaded = SruNerModel.from_pretrained(tmp_path)
    assert len(loaded.encoder.encoder.layer) == loaded.encoder.config.num_hidden_layers == 1
    assert loaded.state_dict().keys() == model.state_dict().keys()


def test_parts_that_are_switched_off_stay_off(tiny_encoder: Path, tmp_path: Path) -> None:
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
    # Without context scores, positions and words the unit sees a bag of words.
    expected, _ = model.sru.decode(slots, mask)
    torch.testing.assert_close(model.sru.decode(other, mask)[0], expected)
    torch.testing.assert_close(loaded.eval().sru.decode(slots, mask)[0], expected)


def test_word_vectors_in_bf16_are_read_much_the_same(tiny_model: Path) -> None:
    unit = load_any(tiny_model).sru
    slots = torch.randn(3, 9, unit.start_action.shape[0]).bfloat16()
    mask = torch.ones(slots.shape[:2], dtype=torch.bool)
    for folded, large in ((False, {"word_input"}), (True, {"word_input", "values"})):
        tables, exact = (unit.tables(each, folded=folded) for each in (slots, slots.float()))
        assert (tables.context_weight is None) == folded
        for name, table in tables._asdict().items():
            if table is not None:
                assert table.dtype == (torch.bfloat16 if name in large else torch.float32), name
                expected = getattr(exact, name).to(table.dtype)
                torch.testing.assert_close(table, expected, rtol=0.02, atol=0.05)
    first = unit.decode(slots, mask)[0][:, 0]
    torch.testing.assert_close(first, unit.decode(slots.float(), mask)[0][:, 0], rtol=0, atol=0.02)


def test_the_configuration_does_not_tell_where_the_encoder_was(tiny_encoder: Path) -> None:
    model, _ = SruNerModel.from_encoder(str(tiny_encoder), {"one": ["one$A"]}, max_subwords=48)
    assert str(tiny_encoder.parent) not in model.config.to_json_string()
    assert model.config.encoder["_name_or_path"] == tiny_encoder.name


def test_the_configuration_names_the_embedded_encoder() -> None:
    model, _ = SruNerModel.from_encoder(EMBEDDED_ENCODER, {"one": ["one$A"]})
    assert model.config.encoder["_name_or_path"] == EMBEDDED_ENCODER
    assert "site-packages" not in model.config.to_json_string()


def test_a_model_goes_on_from_what_another_one_learned(tiny_model: Path) -> None:
    trained, tokenizer = load_any(tiny_model), of_transformers(tiny_model)
    before = predict_words(trained, tokenizer, TEXTS)
    same = SruNerModel.from_model(trained, trained.config.inventories, max_subwords=48)
    assert "latents" not in same.config.to_dict()
    assert predict_words(same.eval(), tokenizer, TEXTS) == before
    for name, weights in trained.state_dict().items():
        assert same.state_dict()[name].equal(weights), name
        assert same.state_dict()[name].data_ptr() != weights.data_ptr()


def test_types_are_known_by_their_name_and_others_are_new(tiny_model: Path) -> None:
    """The weights of a type come from the same label, or from one of the same type."""
    trained = load_any(tiny_model)
    labels = {"own": ["own$Disease", "own$Gene"], "two": ["two$Disease"]}
    model = SruNerModel.from_model(trained, labels, max_subwords=48)
    assert model.config.labels == ["own$Disease", "own$Gene", "two$Disease"]
    ours, theirs = model.sru.action_embeddings, trained.sru.action_embeddings
    chemical, disease, of_two = 0, 1, 2  # numbers in the trained model
    for number, known in ((0, disease), (2, of_two)):
        for action in (transition, reduce):
            assert ours[action(number)].equal(theirs[action(known)])
    gene = ours[transition(1)]
    assert not any(gene.equal(row) for row in theirs)
    assert model.sru.mlp[2].bias[transition(1)] != trained.sru.mlp[2].bias[transition(chemical)]


@pytest.mark.parametrize("labels", [["A"], [f"T{n}" for n in range(9)]])
def test_a_model_of_more_or_fewer_types_has_finite_weights(
    tiny_model: Path, labels: list[str]
) -> None:
    trained = load_any(tiny_model)
    model = SruNerModel.from_model(trained, {"own": labels}, max_subwords=48)
    assert all(weights.isfinite().all() for weights in model.parameters())
    assert model.sru.latents.equal(trained.sru.latents)


def test_a_model_of_fewer_types_finds_what_the_trained_one_finds(
    tiny_model: Path, tmp_path: Path
) -> None:
    """Before any further training: so it begins with all that the other one learned."""
    trained, tokenizer = load_any(tiny_model), of_transformers(tiny_model)
    model = SruNerModel.from_model(trained, {"two": ["two$Disease"]}, max_subwords=48)
    before = [
        [(found.start, found.end) for found in spans if found.label == "two$Disease"]
        for spans in predict_words(trained, tokenizer, TEXTS)
    ]
    found = predict_words(model.eval(), tokenizer, TEXTS)
    assert any(before)
    assert [[(span.start, span.end) for span in spans] for spans in found] == before
    model.save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    for again in (load_any(tmp_path), load(tmp_path, "cpu")[0]):  # with transformers and without
        assert predict_words(again, tokenizer, TEXTS) == found


def test_settings_that_shape_the_weights_have_to_agree(tiny_model: Path) -> None:
    trained = load_any(tiny_model)
    with pytest.raises(InputError, match=r"half_context is 7, but 150 in the model.*\n.*to 150"):
        SruNerModel.from_model(trained, {"own": ["A"]}, half_context=7, max_subwords=48)
    with pytest.raises(InputError, match=r"max_subwords is 65.*takes 64"):
        SruNerModel.from_model(trained, {"own": ["A"]}, max_subwords=65)


def test_a_model_goes_on_with_fewer_layers(tiny_model: Path, tmp_path: Path) -> None:
    model = SruNerModel.from_model(
        load_any(tiny_model), {"own": ["A"]}, encoder_layers=1, max_subwords=48
    )
    model.save_pretrained(tmp_path)
    assert len(load_any(tmp_path).encoder.encoder.layer) == 1
