"""Checks before a training: each says what is wrong and what to do, and all come at once."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sru_ner.dataset.corpus import Corpus
from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.fitting import checks
from sru_ner.fitting.inspection import Inspection, inspect
from sru_ner.fitting.reading import corpus_name
from sru_ner.fitting.request import Request
from sru_ner.layout import HARMONIZED
from tests.fitting.conftest import pubtator

Make = Callable[..., Request]


@pytest.fixture
def inspected(request_for: Make, tmp_path_factory: pytest.TempPathFactory):
    def call(**changed: object) -> Inspection:
        return inspect(request_for(**changed), tmp_path_factory.mktemp("read"))

    return call


def errors(inspection: Inspection) -> str:
    return "\n".join(str(remark) for remark in inspection.remarks if remark.is_error)


def warnings(inspection: Inspection) -> str:
    return "\n".join(str(remark) for remark in inspection.remarks if not remark.is_error)


def test_a_good_request_has_no_error_and_splits_are_drawn(inspected) -> None:
    found = inspected()
    assert errors(found) == ""
    [corpus] = found.corpora
    assert corpus.name == "clinic"
    assert all(corpus.documents(split) for split in ("train", "dev", "test"))
    assert sum(corpus.documents(split) for split in ("train", "dev", "test")) == 80
    assert found.tested == ["clinic"]
    assert found.identity == inspected().identity


def test_all_mistakes_are_named_at_once(inspected, tmp_path: Path) -> None:
    (tmp_path / "out/model").mkdir(parents=True)
    (tmp_path / "out/model/notes.txt").write_text("mine")
    found = inspected(
        encoder="no/such/encoder",
        types={"Drugs": "X"},
        settings={"epocs": 3},
        minutes=5.0,
    )
    for part in (
        "the encoder 'no/such/encoder' cannot be loaded",
        "--type Drugs=X: there is no type 'Drugs'. Did you mean 'Drug'?",
        "--set: there is no training setting 'epocs'. Did you mean 'epochs'?",
        "--epochs and --minutes contradict each other",
        "this folder exists already",
    ):
        assert part in errors(found)
    assert not found.may_begin


def test_a_folder_without_weights_is_no_encoder(inspected, tmp_path: Path) -> None:
    (tmp_path / "encoder").mkdir()
    (tmp_path / "encoder/config.json").write_text("{}")
    assert "has no *.safetensors file" in errors(inspected(encoder=str(tmp_path / "encoder")))


def test_a_full_disk_is_an_error(inspected, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "_COPIES", 10**15)
    assert "GB are free, but training" in errors(inspected())


def test_the_output_is_no_file_and_not_in_the_corpus(inspected, tmp_path: Path) -> None:
    assert "this is a file" in errors(inspected(output=tmp_path / "clinic.pubtator"))
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "a.pubtator").write_text(pubtator(60))
    assert "would be inside the corpus" in errors(
        inspected(data=(folder,), output=folder / "model")
    )


def test_a_strange_working_folder_is_left_alone(inspected, tmp_path: Path) -> None:
    (tmp_path / "out/model.work").mkdir(parents=True)
    (tmp_path / "out/model.work/thesis.tex").write_text("mine")
    assert "needed for working files, but it has other content" in errors(inspected())


def test_missing_splits_are_errors(inspected, corpus: Path) -> None:
    found = errors(inspected(splits={"clinic.pubtator": "test"}))
    assert "clinic has no train split" in found
    assert "--split FILE=train+dev+test" in found
    found = errors(inspected(splits={"clinic.pubtator": "train"}))
    assert "clinic has no dev split" in found
    assert "clinic has no test split" in found
    corpus.write_text(pubtator(2))
    assert "2 documents cannot be drawn into train, dev, test" in errors(inspected())


def test_types_with_few_mentions_are_warnings(inspected, tmp_path: Path) -> None:
    train, test = tmp_path / "c_train.pubtator", tmp_path / "c_test.pubtator"
    train.write_text(pubtator(60, types=("Drug",)))
    test.write_text(pubtator(9, first=100))
    found = inspected(data=(train, test))
    assert errors(found) == ""
    assert "the type Ache has no mention in train (6 mentions in dev and test)" in warnings(found)
    assert "leave it out with --type Ache=" in warnings(found)
    assert "the test split of c has 9 documents only" in warnings(found)
    assert "the type Drug has 6 mentions in test" in warnings(found)


def test_types_are_renamed_and_left_out(inspected) -> None:
    [corpus] = inspected(types={"Ache": "", "Drug": "Chemical"}).corpora
    assert corpus.source.kept_types == ("Chemical",)
    assert corpus.of_type("Chemical", "train")


def test_documents_in_train_and_test_are_a_warning(inspected, tmp_path: Path) -> None:
    train, test = tmp_path / "c_train.pubtator", tmp_path / "c_test.pubtator"
    train.write_text(pubtator(60))
    test.write_text(pubtator(12, first=50))
    assert "training documents are test documents as well" in warnings(
        inspected(data=(train, test))
    )


def test_a_bad_file_is_refused_with_the_message_of_its_reader(inspected, corpus: Path) -> None:
    corpus.write_text("nothing that anybody annotated\n")
    assert "in no known format of texts with marked mentions" in errors(inspected())
    assert "there is no such file" in errors(inspected(data=(Path("nowhere"),)))


def test_a_second_corpus_may_be_misspelt(inspected, tmp_path: Path) -> None:
    assert "--with: there is no file, folder or corpus of the catalog 'bc5cd'" in errors(
        inspected(others=("bc5cd",))
    )
    other = tmp_path / "other.pubtator"
    other.write_text(pubtator(80))
    assert [c.name for c in inspected(others=(str(other),)).corpora] == ["clinic", "other"]


def test_case_and_plural_make_no_other_type(inspected, tmp_path: Path, tiny_model: Path) -> None:
    other = tmp_path / "other.pubtator"
    other.write_text(pubtator(80).replace("\tDrug", "\tDRUGS").replace("\tAche", "\tdisease"))
    first, second = inspected(others=(str(other),)).corpora
    assert first.source.kept_types == ("Ache", "Drug")
    assert second.source.types == {"DRUGS": "Drug", "disease": "Disease"}
    start = {"start": str(tiny_model), "encoder": EMBEDDED_ENCODER}
    chosen = {"types": {"DRUGS": "chemicals"}, "data": (other,)}
    found = inspected(**start, **chosen)
    assert found.corpora[0].source.types == {"DRUGS": "chemicals", "disease": "Disease"}
    assert "knows none" not in warnings(found)
    taught = inspected(teacher=str(tiny_model), **chosen)
    assert taught.corpora[0].source.types["disease"] == "Disease"


def test_two_types_of_a_corpus_stay_two(inspected, tmp_path: Path) -> None:
    other = tmp_path / "other.pubtator"
    other.write_text(pubtator(80) + pubtator(40, first=80).replace("\tDrug", "\tDRUG"))
    found = inspected(data=(other,))
    assert found.corpora[0].source.kept_types == ("Ache", "DRUG", "Drug")
    assert "DRUG of other and Drug of other differ in case only" in warnings(found)


@pytest.mark.parametrize(
    ("paths", "name"),
    [
        (["x/NCBIdisease_TrainDev.PubTator", "x/NCBIdisease_Test.PubTator"], "ncbidisease"),
        (["mine/train.tsv", "mine/dev.tsv"], "mine"),
        (["My Corpus (v2).bioc.xml.gz"], "my_corpus_v2"),
        (["1/train.txt", "2/test.txt"], "corpus"),
        (["taken.txt"], "taken_2"),
    ],
)
def test_names_of_corpora(paths: list[str], name: str) -> None:
    assert corpus_name([Path(path) for path in paths], ["taken"]) == name


def test_a_model_to_go_on_from_takes_the_place_of_the_encoder(inspected, tiny_model: Path) -> None:
    good = {"start": str(tiny_model), "encoder": EMBEDDED_ENCODER}
    found = inspected(**good, types={"Ache": "Disease"})
    assert errors(found) == ""
    assert "knows none" not in warnings(found)
    assert found.identity["start"] != inspected().identity["start"]
    unknown = warnings(inspected(**good))
    assert "knows none of the types of the corpora" in unknown
    assert "It knows Chemical, Disease\n  → if a type is the same: --type OLD=NEW" in unknown
    assert "--from contradicts --encoder" in errors(inspected(start=good["start"]))


def test_a_teacher_is_checked(inspected, tiny_model: Path) -> None:
    found = inspected(teacher=str(tiny_model), types={"Ache": "Disease"})
    assert errors(found) == ""
    assert "knows none" not in warnings(found)
    assert found.identity["teacher"] != inspected().identity.get("teacher")
    unknown = warnings(inspected(teacher=str(tiny_model)))
    assert "knows none of the types of the corpora, so it teaches hardly anything" in unknown
    assert "there is no such model folder" in errors(inspected(teacher="no/such/model"))


def test_texts_without_marks_are_learned_from(inspected, tmp_path: Path, tiny_model: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "a.txt").write_text("Mice have a headache. It is unknown.\n\nAspirin treats it.\n")
    (texts / "b.jsonl").write_text('{"id": "one", "text": "A mouse."}\n{"text": 3}\n')
    taught = {"teacher": str(tiny_model), "types": {"Ache": "Disease"}}
    plain = inspected(**taught)
    found = inspected(**taught, unmarked=(texts,))
    assert errors(found) == ""
    [corpus] = found.corpora
    assert corpus.unmarked == 4
    assert corpus.learned == corpus.sentences("train") + 4
    assert corpus.sentences("train") == plain.corpora[0].sentences("train")
    assert "4 sentences without marks" in corpus.notes[-2]
    assert "b.jsonl" in corpus.notes[-1]
    assert found.identity["corpora"] != plain.identity["corpora"]
    split = Corpus(found.root / HARMONIZED, corpus.name).split("train")
    added = [s for s in split.sentences() if s.document_id.startswith("unmarked-")]
    assert [sentence.annotated_types for sentence in added] == [()] * 4
    assert [s.text for s in added][:2] == ["Mice have a headache.", "It is unknown."]

    assert "--unmarked needs --teacher" in errors(inspected(unmarked=(texts,)))
    missing = errors(inspected(**taught, unmarked=(tmp_path / "none",)))
    assert "none" in missing


def test_few_texts_call_for_a_model_that_knows_their_types(
    inspected, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "installed_models", dict)
    monkeypatch.setattr(checks, "released_models", lambda: {"small": tiny_model})
    alike = {"types": {"Ache": "diseases"}}
    found = warnings(inspected(**alike))
    assert "training sentences only, and small has learned Disease from many more" in found
    assert "go on from it: --from small" in found
    assert "--from small" not in warnings(inspected())  # it knows no Drug and no Ache
    start = {"start": str(tiny_model), "encoder": EMBEDDED_ENCODER}
    assert "--from small" not in warnings(inspected(**alike, **start))
    monkeypatch.setattr(checks, "released_models", dict)
    assert "training sentences only" not in warnings(inspected(**alike))


@pytest.mark.parametrize("start", ["no/such/model", "."])
def test_what_is_no_model_is_an_error(inspected, start: str) -> None:
    found = errors(inspected(start=start, encoder=EMBEDDED_ENCODER))
    assert "there is no such model folder" in found or "holds no trained model" in found
