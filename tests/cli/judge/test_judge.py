"""From texts to a report: `sru-ner judge`, with a model that finds fixed mentions."""

import json

import pytest
from typer.testing import CliRunner

from sru_ner.assessment import own_texts
from sru_ner.assessment.items import read_items
from sru_ner.assessment.verdicts import Judgement, Verdict, VerdictFile, write_verdicts
from sru_ner.cli.main import app
from sru_ner.errors import InputError, SruNerError
from sru_ner.inference.spans import AnnotatedSpan
from sru_ner.layout import SuiteLayout
from tests.suite_files import write_suite

TEXTS = ["Aspirin helps.", "Aspirin did not help mice.", "Mice had flu."]


class Fixed:
    """A model that finds two words."""

    types = ("Chemical", "Species")
    words = (("Aspirin", "Chemical", 0.95), ("Mice", "Species", 0.6), ("mice", "Species", 0.8))

    def checked_overlaps(self, value):
        return "all"

    def checked_style(self, value):
        return value

    def annotate(self, texts, **options):
        for text in texts:
            yield [
                AnnotatedSpan(text.index(w), text.index(w) + len(w), w, type_, score, ())
                for w, type_, score in self.words
                if w in text and type_ in options["types"]
            ]


def run(*arguments):
    return CliRunner().invoke(app, ["judge", *map(str, arguments)])


@pytest.fixture
def texts(tmp_path, monkeypatch):
    monkeypatch.setattr(own_texts, "load_annotator", lambda *_: Fixed())
    monkeypatch.setattr(own_texts, "resolve_model", lambda model: model)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.txt").write_text("\n".join(TEXTS) + "\n")
    return tmp_path


@pytest.fixture
def sample(texts):
    result = run("sample", "notes.txt", "-o", "sample", "--model", "m", "--shared", 1)
    assert result.exit_code == 0, result.output
    assert "4 items to judge: sample/assessor-1 … 2" in result.output
    return texts / "sample"


def judge(sample, name, said):
    items = read_items(sample / "items.jsonl")
    verdicts = tuple(
        Verdict(id=item.id, verdict=said(item)) for item in items.items if said(item) is not None
    )
    path = sample.parent / f"{name}.json"
    write_verdicts(path, VerdictFile(sample=items.digest, assessor=name, verdicts=verdicts))
    return path


def test_from_texts_to_a_report(sample):
    ada = judge(sample, "Ada", lambda item: Judgement.CORRECT)
    bo = judge(
        sample,
        "Bo",
        lambda item: None if item.mention == "mice"
        else Judgement.NO_ENTITY if item.type == "Species" else Judgement.CORRECT,
    )  # fmt: skip
    result = run("import", ada, bo, "--sample", sample, "-o", "judged", "--note", "Made up.")
    assert result.exit_code == 0, result.output
    assert "m: precision 87.5 (87.5–87.5), 4 items judged" in result.output
    assert "1 verdict missing" in result.output
    assert "1 disagreement: judged/adjudication.xlsx" in result.output
    report = sample.parent / "judged/report"
    found = json.loads((report / "metrics.json").read_text())
    assert found["verdicts"]["Bo"]["no_entity"] == 1
    assert found["precision"][0]["strict"]["value"] == 0.875
    assert found["note"] == "Made up."
    text, page = (report / "report.md").read_text(), (report / "index.html").read_text()
    for each in (text, page):
        assert "Made up." in each
        assert "Krippendorff" in each
        assert "spirin" not in each
    # The same verdicts make the same bytes.
    first = {path: path.read_bytes() for path in report.rglob("*") if path.is_file()}
    assert run("import", ada, bo, "--sample", sample, "-o", "judged", "--note", "Made up.").stdout
    assert {path: path.read_bytes() for path in first} == first


def test_what_was_judged_becomes_a_corpus(sample, texts):
    ada = judge(
        sample,
        "Ada",
        lambda item: Judgement.UNSURE if item.type == "Species" else Judgement.CORRECT,
    )
    assert run("import", ada, "--sample", sample, "-o", "judged").exit_code == 0
    result = run("corpus", "judged", "--sample", sample, "-o", "judged.jsonl")
    assert "2 sentences with 2 mentions: judged.jsonl" in result.output
    lines = [json.loads(line) for line in (texts / "judged.jsonl").read_text().splitlines()]
    assert [line["annotated_types"] for line in lines] == [[], []]  # nobody looked for the missed
    assert {place["label"] for line in lines for place in line["judged"]} == {"Chemical"}
    bo = judge(sample, "Bo", lambda item: Judgement.UNSURE)
    assert run("import", bo, "--sample", sample, "-o", "judged").exit_code == 0
    result = run("corpus", "judged", "--sample", sample, "-o", "judged.jsonl")
    assert isinstance(result.exception, InputError)


def test_a_suites_report_says_first_what_its_note_says(sample, texts):
    params = {
        "suite": "small", "corpora": ["dis"], "train": {},
        "experiments": {"e": {"sources": ["dis"]}}, "evaluate": {"tested": ["dis"]},
        "assess": {"experiment": "e"}, "register": {"candidate": "e"},
    }  # fmt: skip
    params_file = write_suite(texts, params)
    layout = SuiteLayout("small")
    layout.assessment_data.parent.mkdir(parents=True)
    sample.rename(layout.assessment_data)
    layout.verdicts.mkdir(parents=True)
    ada = judge(layout.assessment_data, "Ada", lambda item: Judgement.CORRECT)
    ada.rename(layout.verdicts / "Ada.json")
    (layout.verdicts / "note.md").write_text("Ada is made up.\n")
    result = CliRunner().invoke(app, ["judgements", "--params", str(params_file)])
    assert result.exit_code == 0, result.output
    report = (layout.judgements_report / "report.md").read_text()
    assert report.startswith("# small: verdicts on predictions\n\nAda is made up.\n\n4 items,")


def test_no_verdicts_at_all_are_a_report_too(sample, texts):
    (texts / "none").mkdir()
    result = run("import", "none", "--sample", sample, "-o", "judged")
    assert result.exit_code == 0, result.output
    assert "8 verdicts missing" in result.output
    assert json.loads((texts / "judged/report/metrics.json").read_text())["precision"] == []


def test_models_side_by_side_share_their_items(texts, monkeypatch):
    result = run("sample", "notes.txt", "-o", "s", "--model", "m", "--model", "n", "--items", 50)
    assert result.exit_code == 0, result.output
    assert "4 items" in result.output
    strata = json.loads((texts / "s/summary/strata.json").read_text())["strata"]
    assert {tuple(stratum["models"]) for stratum in strata} == {("m", "n")}
    result = run("sample", "notes.txt", "-o", "s", "--model", "m", "--model", "m")
    assert isinstance(result.exception, InputError)


def test_types_and_size_can_be_chosen(texts):
    result = run("sample", "notes.txt", "-o", "s", "--model", "m", "--types", "Chemical")
    assert "2 items" in result.output
    result = run("sample", "notes.txt", "-o", "s", "--model", "m", "--items", 1)
    assert "3 items" in result.output  # one of each stratum
    result = run("sample", "notes.txt", "-o", "s", "--model", "m", "--types", "Gene")
    assert isinstance(result.exception, SruNerError)


def test_texts_without_mentions_leave_nothing_to_judge(texts):
    (texts / "notes.txt").write_text("Nothing of interest.\n")
    result = run("sample", "notes.txt", "-o", "sample", "--model", "m")
    assert isinstance(result.exception, InputError)
    assert "nothing to judge" in str(result.exception)
    assert not (texts / "sample").exists()


def test_a_changed_sample_is_refused(sample):
    ada = judge(sample, "Ada", lambda item: Judgement.CORRECT)
    path = sample / "items.jsonl"
    path.write_text(path.read_text().replace('"shared": true', '"shared": false', 1))
    result = run("import", ada, "--sample", sample, "-o", "judged")
    assert isinstance(result.exception, InputError)
    assert "not the key of these items" in str(result.exception)


def test_the_size_is_printed():
    result = run("size", "--within", 0.05, "--types", 3)
    assert "385 items for a precision of 0.5 ± 0.05 (95% interval)" in result.output
    assert "1155 items" in result.output


def test_a_folder_of_something_else_stays(texts):
    result = run("sample", "notes.txt", "-o", ".", "--model", "m")
    assert isinstance(result.exception, InputError)
    assert (texts / "notes.txt").exists()
