"""A candidate is reviewed, promoted, used and taken back, in an MLflow server on loopback."""

import csv

import pytest
import yaml

import flows.review
from sru_ner.errors import InputError
from sru_ner.inference.annotator import Annotator
from sru_ner.registry.champion import read_history
from sru_ner.registry.versions import resolve
from tests.chromium import LOOKS, check_page, chromium
from tests.registered_project import TEXT

pytestmark = pytest.mark.pipeline


@pytest.fixture(scope="module")
def flow(store, project):
    """The parts of the Prefect flow, in the project. tests/flows/test_review.py runs the flow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flows.review, "ROOT", project)
        yield flows.review


@pytest.fixture(scope="module")
def reviewed(flow, store, project):
    """The review of version 2 beside version 1, as the flow writes it: page and Markdown."""
    store.set_registered_model_alias("my-ner", "champion", "1")
    text = flow.write_review.fn("my-ner", "2", "champion")
    return project / "reports/review/my-ner-2.html", text


def test_the_markdown_has_the_figures_of_the_suites_report(reviewed, project):
    _, text = reviewed
    with (project / "reports/small/evaluation/significance.csv").open() as file:
        [row] = [r for r in csv.DictReader(file) if (r["tested"], r["scope"]) == ("dis", "common")]
    # There, `narrow` comes first.
    assert (row["model_a"], row["model_b"]) == ("narrow", "wide")
    [line] = [each for each in text.splitlines() if each.startswith("| dis |") and "–" in each][:1]
    assert f"{-100 * float(row['difference']):+.1f}" in line
    assert "† 1" in line
    assert "There is no test on chem: one of the two knows no type" in text
    assert "| F1 on dis | at least 70.0 | 75.0 | passed |" in text
    assert "| supervision | closed | dynamic |" in text


def test_only_the_page_quotes_the_corpora(reviewed):
    page, text = reviewed
    assert "headache" in page.read_text(encoding="utf-8")
    assert "headache" not in text


def test_the_store_has_review_card_tags_and_a_link(reviewed, store, project):
    page, _ = reviewed
    version = store.get_model_version("my-ner", "2")
    logged = [file.path for file in store.list_artifacts(version.run_id, "review")]
    assert logged == ["review/my-ner-2.html", "review/my-ner-2.md"]
    assert f"/artifacts/review/{page.name})" in version.description
    assert version.tags["review.against"] == "my-ner 1"
    assert float(version.tags["review.difference.dis"]) > 0
    folder = resolve("models:/my-ner/2", project)
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert card.startswith("---\n")
    assert "pipeline_tag: token-classification" in card
    assert Annotator.load(folder)(TEXT)


def test_the_loop_from_candidate_to_champion_and_back(undecided, run, flow, experiment_of):
    verdict = flow.Verdict(decision="reject", by="Ada", because="slow")
    assert flow.carry_out.fn("my-ner", "2", verdict).startswith("Version 2 was rejected by Ada")
    verdict = flow.Verdict(decision="promote", by="Ada", because="more types")
    said = flow.carry_out.fn("my-ner", "2", verdict)
    assert said.startswith("Version 2 was promoted to champion instead of version 1 by Ada")
    assert experiment_of("models:/my-ner@champion") == "wide"
    undecided.set_registered_model_alias("my-ner", "mine", "1")
    assert run("rollback", "my-ner", "--by", "Grace")[0] == 0
    assert str(undecided.get_model_version_by_alias("my-ner", "champion").version) == "1"
    undecided.set_registered_model_alias("my-ner", "champion", "2")  # as MLflow's pages do
    _, output = run("history", "my-ner")
    assert output.startswith("champion of my-ner: version 2\n")
    assert run("rollback", "my-ner", "--version", "2", "--by", "Grace")[0] == 0
    assert [each.action for each in read_history(undecided, "my-ner")] == [
        *("set elsewhere", "rejected", "promoted", "rolled back", "set elsewhere", "rolled back")
    ]
    assert undecided.get_registered_model("my-ner").aliases.keys() == {
        *("candidate", "champion", "mine")
    }
    assert "Version 1 is champion again" in undecided.get_model_version("my-ner", "2").description


@pytest.fixture
def experiment_of(project, monkeypatch):
    """The experiment of the model that a reference names, loaded as users load it."""
    monkeypatch.chdir(project)
    return lambda reference: Annotator.load(reference).experiment


def test_a_version_that_fails_a_gate_is_promoted_only_with_a_reason(
    undecided, run, project, tmp_path
):
    params = yaml.safe_load((project / "suites/small/params.yaml").read_text())
    strict = tmp_path / "strict.yaml"
    strict.write_text(yaml.safe_dump({**params, "review": {"least_f1": {"dis": 0.99}}}))
    of_params = ("--params", str(strict))
    assert run("check", "my-ner@candidate")[0] == 0
    status, output = run("check", "my-ner@candidate", *of_params)
    assert (status, "F1 on dis" in output, "1 of 2 gates not passed" in output) == (1, True, True)
    decide = ("promote", "my-ner", "--version", "2", "--by", "Ada", *of_params)
    status, output = run(*decide)
    assert (status, "does not pass: F1 on dis" in output) == (1, True)
    with pytest.raises(InputError, match="no reason"):
        run(*decide, "--despite-gates")
    assert undecided.get_model_version_by_alias("my-ner", "champion").version in (1, "1")
    assert run(*decide, "--despite-gates", "--because", "needed today")[0] == 0
    decision = read_history(undecided, "my-ner")[-1]
    assert (decision.because, decision.despite) == ("needed today", ("F1 on dis: 75.0",))


def test_the_command_without_a_name_writes_the_review(undecided, run, project):
    status, output = run("--version", "1", "my-ner")
    assert (status, "Review: reports/review/my-ner-1.html" in output) == (0, True)
    steps = [line.removesuffix(" …") for line in output.splitlines() if line.endswith(" …")]
    assert steps == [
        "fetching the model of my-ner 1",
        "copying the figures of my-ner 1",
        "measuring the speed",
        "choosing examples",
        "writing the review",
        "logging the review with my-ner 1",
    ]
    text = (project / "reports/review/my-ner-1.md").read_text()
    assert "Held to no other version. 1 gate passed, none failed." in text


@pytest.fixture(scope="module")
def browser():
    with chromium() as driver:
        yield driver


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_the_page_has_no_serious_finding(browser, reviewed, width, dark):
    check_page(browser, reviewed[0].as_uri(), width, dark)
