"""What a first model found is learned, and only where nobody marked anything."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file

from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.sentences import Mention, Sentence
from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.layout import SuiteLayout
from sru_ner.model.prediction import Prediction
from sru_ner.settings.sections import ExperimentSettings
from sru_ner.training import run
from sru_ner.training.experiment import train_experiment
from sru_ner.training.progress import Progress
from sru_ner.training.self_training import added_mentions

LAYOUT = SuiteLayout("tiny")
EXCLUSIVE = {frozenset(("Chemical", "Gene")), frozenset(("Chemical", "Disease"))}
MARKED = TypeInventory("s", ("Chemical", "Vessel"), {"Vessel": ("Artery",)})


def sentence(*mentions: Mention) -> Sentence:
    words = tuple((2 * i, 2 * i + 1) for i in range(9))
    return Sentence("s", "train", "d", 0, "a b c d e f g h i", 0, words, mentions)


def added(marked: Sentence, *predictions: Prediction) -> list[tuple[int, int, str]]:
    found = added_mentions(marked, predictions, MARKED, EXCLUSIVE)
    return [(mention.start, mention.end, mention.type) for mention in found]


def test_a_prediction_of_an_unmarked_type_is_learned_under_its_label() -> None:
    assert added(sentence(), Prediction(0, 2, "t$Gene", 0.7)) == [(0, 2, "t$Gene")]


@pytest.mark.parametrize("label", ["Chemical", "t$Chemical", "Artery"])
def test_marked_types_are_left_to_their_annotators(label: str) -> None:
    """Also under the name of another source, or under a coarser name."""
    assert added(sentence(), Prediction(0, 2, label, 0.9)) == []


@pytest.mark.parametrize(("start", "end"), [(2, 4), (3, 5), (1, 5), (3, 4)])
def test_gold_wins_over_an_exclusive_type_that_overlaps_it(start: int, end: int) -> None:
    marked = sentence(Mention(2, 4, "Chemical"))
    assert added(marked, Prediction(start, end, "Gene", 0.9)) == []
    assert added(marked, Prediction(start, end, "Species", 0.9)) == [(start, end, "Species")]
    assert added(marked, Prediction(4, 5, "Gene", 0.9)) == [(4, 5, "Gene")]


def test_of_exclusive_predictions_the_likelier_is_learned() -> None:
    rivals = [Prediction(0, 2, "Gene", 0.6), Prediction(1, 3, "Cell", 0.8)]
    none_marked = TypeInventory("s", ())
    pair = {frozenset(("Gene", "Cell"))}
    for order in (rivals, rivals[::-1]):
        [found] = added_mentions(sentence(), order, none_marked, pair)
        assert found.type == "Cell"
    assert len(added_mentions(sentence(), rivals, none_marked, set())) == 2


def test_what_people_judged_is_not_learned_otherwise() -> None:
    judged = replace(sentence(), judged=(Mention(0, 2, "Gene"),))
    assert added(judged, Prediction(0, 2, "t$Gene", 0.9)) == []
    assert added(judged, Prediction(0, 1, "t$Gene", 0.9)) == [(0, 1, "t$Gene")]


def test_a_label_of_the_source_itself_is_its_type() -> None:
    """A document may leave open what the source marks elsewhere."""
    open_here = MARKED.of_document(())
    [found] = added_mentions(sentence(), [Prediction(0, 2, "s$Chemical", 0.9)], open_here, ())
    assert found.type == "Chemical"


LABELS = ["Chemical", "t$Chemical", "Gene", "u$Gene", "Disease", "Species", "Artery"]
PREDICTIONS = st.builds(
    lambda start, size, label, score: Prediction(start, start + size, label, score),
    st.integers(0, 5), st.integers(1, 4), st.sampled_from(LABELS), st.floats(0.5, 1),
)  # fmt: skip


@given(st.lists(PREDICTIONS, max_size=8, unique_by=lambda p: p[:3]))
def test_nothing_that_is_added_contradicts_a_mention(predictions: list[Prediction]) -> None:
    gold = Mention(2, 4, "Chemical")
    found = added(sentence(gold), *predictions)
    assert set(found) <= {(p.start, p.end, p.label) for p in predictions}
    for start, end, label in found:
        name = label.rpartition("$")[2]
        assert name in {"Gene", "Disease", "Species"}
        assert name == "Species" or not (start < gold.end and gold.start < end)


def settings(encoder: Path, **changed: object) -> ExperimentSettings:
    values = {
        "sources": ["chemicals", "diseases"],
        "encoder": str(encoder),
        "epochs": 2,
        "self_training_epochs": 10,
        "batch_size": 1,
        "latent_dropout": 0,
        "position_dropout": 0,
        "input_dropout": 0,
        "learning_rate": 0.02,
        "encoder_learning_rate": 0.01,
        "max_subwords": 32,
        "precision": "fp32",
        "patience": 30,
    }
    return ExperimentSettings.model_validate(values | changed)


@pytest.fixture
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class PowerCutError(Exception):
    pass


@pytest.mark.usefixtures("_here")
@pytest.mark.parametrize("types", ["separate", "merged"])
def test_the_model_learns_what_the_first_one_found(
    tiny_encoder: Path,
    corpora: dict[str, Corpus],
    types: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    chosen = settings(tiny_encoder, types=types)
    figures = train_experiment("whole", chosen, LAYOUT, corpora)
    assert (figures["epochs"], figures["kept"]["chemicals.predicted"] > 0) == (2, True)
    assert figures["first_model_seconds"] > 0
    said = capsys.readouterr().err
    assert "A first model is trained for" in said
    assert "chemicals: the first model marks " in said
    assert "of these mentions are learned: " in said
    assert not LAYOUT.checkpoints("whole").exists()
    facts = json.loads((LAYOUT.model("whole") / "training.json").read_text())
    assert facts["settings"]["self_training_epochs"] == 10

    alone = train_experiment(
        "alone", settings(tiny_encoder, self_training_epochs=0), LAYOUT, corpora
    )
    assert "chemicals.predicted" not in alone["kept"]
    assert alone["kept"]["chemicals.mentions"] == figures["kept"]["chemicals.mentions"]

    # Cut off in the second training, it does not train the first model again.
    class Cut(Progress):
        def on_step_end(self, args, state, control, **kwargs):
            if "first_model" not in args.output_dir and state.global_step == state.max_steps - 1:
                raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(run, "Progress", Cut)
        with pytest.raises(PowerCutError):
            train_experiment("cut", chosen, LAYOUT, corpora)
    steps: list[str] = []

    class Count(Progress):
        def on_step_end(self, args, state, control, **kwargs):
            steps.append(Path(args.output_dir).name)

    with monkeypatch.context() as patch:
        patch.setattr(run, "Progress", Count)
        train_experiment("cut", chosen, LAYOUT, corpora)
    assert set(steps) == {"model"}
    one, other = (load_file(LAYOUT.model(name) / "model.safetensors") for name in ("whole", "cut"))
    assert all((one[name] == other[name]).all() for name in one)
