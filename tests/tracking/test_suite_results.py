import dataclasses

import pytest
import yaml

from sru_ner.environment.provenance import Revision
from sru_ner.errors import InputError
from sru_ner.model.run_record import write_run
from sru_ner.settings.params import Params, load_params
from sru_ner.tracking.suite_results import read_suite_results
from tests.registered_project import DIGEST, SUITE_PARAMS


def test_experiments_in_the_order_of_the_parameters(project, params):
    found = read_suite_results(params, project)
    assert [experiment.name for experiment in found.experiments] == ["alone", "together"]
    assert [d.source for d in found.experiments[1].trained_on] == ["chemicals", "diseases"]
    assert found.experiments[1].settings["seed"] == 7


def test_curves_by_step_without_empty_cells(project, params):
    assert read_suite_results(params, project).experiments[0].curves == (
        (10, {"epoch": 1.0, "train_loss": 0.9}),
        (20, {"epoch": 2.0, "train_loss": 0.4, "dev_micro_f1": 61.5}),
    )


def test_only_numbers_are_figures(project, params):
    assert read_suite_results(params, project).experiments[0].final == {
        "best_epoch": 2.0,
        "dev_micro_f1": 61.5,
    }


def test_cells_leave_out_what_is_undefined(project, params):
    cells = read_suite_results(params, project).experiments[0].cells
    assert cells["chemicals"]["micro_f1"] == 0.75
    assert cells["chemicals"]["recall.Chemicals"] == 0.75
    assert cells["diseases"] == {"tested_documents": 9.0, "overlapping_documents": 2.0}


def test_cells_have_the_intervals_of_f1(project, params):
    cells = read_suite_results(params, project).experiments[0].cells["chemicals"]
    ends = {name: value for name, value in cells.items() if name.endswith(("_low", "_high"))}
    assert ends == {
        "micro_f1_low": 0.7,
        "micro_f1_high": 0.8,
        "common_micro_f1_low": 0.65,
        "common_micro_f1_high": 0.85,
    }


def test_shown_scores_are_of_comparable_cells(project, params):
    alone, together = read_suite_results(params, project).experiments
    assert alone.scores == {"chemicals": 0.75}
    assert together.scores == {"chemicals": 0.5, "diseases": 0.25}


@pytest.mark.parametrize(
    "path",
    [
        "models/small/alone/training.json",
        "reports/small/training/together/curves.csv",
        "reports/small/assessment/strata.json",
    ],
)
def test_digest_follows_the_files(project, params, path):
    before = read_suite_results(params, project).digest
    (project / path).write_text((project / path).read_text() + "\n")
    assert read_suite_results(params, project).digest != before


def test_the_record_of_a_run_adds_times_and_commit_and_changes_no_digest(project, params):
    before = read_suite_results(params, project)
    model = project / "models/small/alone"
    revision = {"git_commit": "a" * 40, "git_dirty": True}
    times = {"figures": {"seconds": 9.5}, "epochs": {"seconds": [4.5, 5.0]}}
    write_run(model, {"environment": revision, **times})
    results = read_suite_results(params, project)
    assert results.digest == before.digest
    found = results.experiments[0]
    assert (found.revision, found.final["seconds"]) == (Revision("a" * 40, dirty=True), 9.5)
    assert [values["seconds"] for _, values in found.curves] == [4.5, 5.0]
    (model / "model.safetensors.sha256").write_text("another  model.safetensors\n")
    assert "seconds" not in read_suite_results(params, project).experiments[0].final


def changed(project, section: str, key: str, value: object) -> Params:
    values = yaml.safe_load((project / SUITE_PARAMS).read_text())
    values[section][key] = value
    (project / SUITE_PARAMS).write_text(yaml.safe_dump(values))
    return load_params(project / SUITE_PARAMS)


@pytest.mark.parametrize(
    ("section", "key", "value"), [("assess", "seed", 99), ("train", "max_tokens", 99)]
)
def test_settings_that_no_model_depends_on_change_nothing(project, params, section, key, value):
    before = read_suite_results(params, project)
    after = read_suite_results(changed(project, section, key, value), project)
    assert after == before
    assert after.experiments[0].settings["max_tokens"] == params.train.max_tokens


def test_a_model_of_other_settings_or_data_is_refused(project, params):
    with pytest.raises(InputError, match=r"small/alone: .* asks for: seed was 42, is 99") as caught:
        read_suite_results(changed(project, "train", "seed", 99), project)
    assert caught.value.remedy == "run `dvc repro suites/small/dvc.yaml:train@alone`"
    path = project / "data/manifests/small/together.json"
    path.write_text(path.read_text().replace(DIGEST, "e2" * 32, 1))
    with pytest.raises(InputError, match=r"small/together: .*the train split of chemicals"):
        read_suite_results(params, project)


@pytest.mark.parametrize(
    ("path", "remedy"),
    [
        ("models/small/alone/config.json", "`sru-ner train alone`"),
        ("reports/small/training/alone/metrics.json", "dvc repro"),
        ("reports/small/training/alone/curves.csv", "dvc repro"),
        ("reports/small/evaluation/matrix.json", "dvc repro"),
        ("reports/small/evaluation/intervals.csv", "dvc repro"),
        ("data/manifests/small/tested.json", "dvc repro"),
    ],
)
def test_missing_file_is_named_with_the_remedy(project, params, path, remedy):
    (project / path).unlink()
    with pytest.raises(InputError) as caught:
        read_suite_results(params, project)
    assert str(caught.value.path) in str(project / path)
    assert remedy in caught.value.remedy


def test_experiment_without_a_row_in_the_matrix(project, params):
    path = project / "reports/small/evaluation/matrix.json"
    path.write_text(path.read_text().replace('"model": "alone"', '"model": "other"'))
    with pytest.raises(InputError, match="no row for 'alone'"):
        read_suite_results(params, project)


def test_records_are_values(project, params):
    found = read_suite_results(params, project)
    assert found == read_suite_results(params, project)
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.suite = "other"
