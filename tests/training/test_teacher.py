"""A model learns the probabilities of another one, which may have other sub-words and labels."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from sru_ner.dataset.corpus import Corpus
from sru_ner.inference.starting_model import starting_model
from sru_ner.layout import SuiteLayout
from sru_ner.model.actions import EOA, SHIFT, WordSpan, gold_steps, reduce, transition
from sru_ner.model.sequences import GoldSteps
from sru_ner.settings.sections import ExperimentSettings
from sru_ner.training.experiment import train_experiment
from sru_ner.training.start import StartingModel
from sru_ner.training.teacher import CERTAIN, NOTHING, Lessons

LAYOUT = SuiteLayout("tiny")


@pytest.fixture
def teacher(tiny_model: Path) -> StartingModel:
    return starting_model(str(tiny_model))


def lesson(words: list[str], *spans: WordSpan) -> tuple[list[str], GoldSteps]:
    return words, GoldSteps.of(gold_steps(len(words), list(spans)))


def test_the_probabilities_are_those_of_the_model_at_the_gold_steps(teacher: StartingModel) -> None:
    labels = tuple(teacher.network.config.labels)
    sequences = [lesson(["mice"] * n, WordSpan(0, 1, 0)) for n in (3, 1, 7)]
    taught = Lessons(teacher, labels).teach(sequences)
    for (words, steps), each in zip(sequences, taught, strict=True):
        [alone] = Lessons(teacher, labels).teach([(words, steps)])
        dense = np.zeros((2, steps.count, 2 + 2 * len(labels)))
        for matrix, found in zip(dense, (each, alone), strict=True):
            matrix[found.steps, found.actions] = np.asarray(found.values) / CERTAIN
        np.testing.assert_allclose(dense[0], dense[1], atol=2 / CERTAIN)
        assert max(each.steps) == steps.count - 1
        assert 0 < max(each.values) <= CERTAIN


def test_what_is_read_in_bf16_is_much_the_same(
    teacher: StartingModel, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = tuple(teacher.network.config.labels)
    sequences = [lesson(["mice"] * n, WordSpan(0, 1, 0)) for n in range(1, 40)]
    monkeypatch.setattr("sru_ner.training.teacher._SECONDS", 0)
    dense = np.zeros((2, len(sequences), 60, 2 + 2 * len(labels)))
    for matrix, bf16 in zip(dense, (False, True), strict=True):
        for own, found in zip(matrix, Lessons(teacher, labels, bf16).teach(sequences), strict=True):
            own[found.steps, found.actions] = np.asarray(found.values) / CERTAIN
    np.testing.assert_allclose(*dense, atol=0.03)
    assert (dense[0] != dense[1]).any()
    said = capsys.readouterr().err
    assert "the teacher reads 39 sequences" in said
    assert "32 of 39 are read, at most" in said


def test_labels_are_taught_by_name_or_else_by_type(teacher: StartingModel) -> None:
    own = teacher.network.config.labels
    turned = (*reversed(own), "Unheard_of", f"elsewhere${own[0].rpartition('$')[2]}")
    lessons = Lessons(teacher, turned)
    unheard = len(own)
    assert lessons.known == (*range(len(own)), len(own) + 1)
    sequence = lesson(["mice"] * 4)
    [straight] = Lessons(teacher, tuple(own)).teach([sequence])
    [other] = lessons.teach([sequence])

    def values(taught: object, *actions: int) -> list[tuple[int, int]]:
        return [
            (step, value)
            for step, action, value in zip(taught.steps, taught.actions, taught.values, strict=True)
            if action in actions
        ]

    assert values(straight, EOA, SHIFT) == values(other, EOA, SHIFT)
    for number in range(len(own)):
        for action in (transition, reduce):
            there = len(own) - 1 - number
            assert values(straight, action(number)) == values(other, action(there))
    assert not values(other, transition(unheard), reduce(unheard))


def test_what_is_too_long_for_the_teacher_is_not_taught(teacher: StartingModel) -> None:
    limit = teacher.network.config.max_subwords
    short, long = lesson(["mice"]), lesson(["mice"] * limit)
    taught = Lessons(teacher, tuple(teacher.network.config.labels)).teach([long, short])
    assert taught[0] is NOTHING
    assert len(taught[1].values)


def settings(encoder: Path, **changed: object) -> ExperimentSettings:
    values = {
        "sources": ["chemicals", "diseases"],
        "encoder": str(encoder),
        "epochs": 4,
        "batch_size": 1,
        "learning_rate": 0.02,
        "encoder_learning_rate": 0.01,
        "max_subwords": 32,
        "precision": "fp32",
        "latent_dropout": 0,
        "position_dropout": 0,
        "input_dropout": 0,
    }
    return ExperimentSettings.model_validate(values | changed)


def test_a_taught_model_comes_nearer_to_its_teacher(
    tiny_encoder: Path,
    corpora: dict[str, Corpus],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    train_experiment("teacher", settings(tiny_encoder, seed=1, epochs=6), LAYOUT, corpora)
    teacher = starting_model(str(LAYOUT.model("teacher")))

    def weights(name: str, **changed: object) -> dict[str, torch.Tensor]:
        chosen = settings(tiny_encoder, **changed)
        taught = teacher if chosen.teacher else None
        own = {source: corpora[source] for source in chosen.sources}
        train_experiment(name, chosen, LAYOUT, own, teacher=taught)
        return load_file(LAYOUT.model(name) / "model.safetensors")

    # One source has no open types, so a teacher without weight changes nothing.
    alone = weights("chemicals", sources=["chemicals"])
    unheard = weights(
        "unheard", sources=["chemicals"], teacher="models/tiny/teacher", teacher_weight=0
    )
    for name, values in alone.items():
        assert torch.equal(values, unheard[name]), name
    weights("alone")
    weights("taught", teacher="models/tiny/teacher", teacher_weight=1)

    sequences = [
        lesson(sentence.word_strings())
        for source in ("chemicals", "diseases")
        for sentence in corpora[source].split("train").sentences()
        if sentence.words
    ]

    def probabilities(name: str) -> np.ndarray:
        model = starting_model(str(LAYOUT.model(name)))
        labels = tuple(teacher.network.config.labels)
        rows = []
        for (_, steps), taught in zip(
            sequences, Lessons(model, labels).teach(sequences), strict=True
        ):
            dense = np.zeros((steps.count, 2 + 2 * len(labels)))
            dense[taught.steps, taught.actions] = np.asarray(taught.values) / CERTAIN
            rows.append(dense)
        return np.concatenate(rows)

    wanted = probabilities("teacher")
    apart = {name: np.abs(probabilities(name) - wanted).mean() for name in ("alone", "taught")}
    assert apart["taught"] < apart["alone"] / 2
    facts = json.loads((LAYOUT.model("taught") / "training.json").read_text())
    assert facts["teacher"] == teacher.identity()
    assert "teacher" not in json.loads((LAYOUT.model("alone") / "training.json").read_text())
