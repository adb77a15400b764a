import shutil
from pathlib import Path

import pytest
import yaml

from flows.suites import composed, known_suites, use_suite
from sru_ner.corpora.catalog import load_catalog
from sru_ner.errors import UnknownNameError
from sru_ner.settings import load_params

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path):
    shutil.copytree(ROOT / "conf", tmp_path / "conf")
    shutil.copy(ROOT / "params.yaml", tmp_path)
    return tmp_path


def test_committed_parameters_are_the_demo_suite():
    assert (ROOT / "params.yaml").read_text() == composed("demo", ROOT)


def test_shipped_suites():
    assert known_suites(ROOT) == [
        "biomed_small",
        "demo",
        "multi_task_cpu",
        "search",
        "single_task_cpu",
    ]


@pytest.mark.parametrize("suite", known_suites(ROOT))
def test_suite_is_valid_and_its_corpora_are_in_the_catalog(suite, project):
    params = use_suite(suite, project)
    assert params.suite == suite
    assert set(params.corpora) <= set(load_catalog())
    assert set(params.evaluate.tested) <= set(params.corpora)


@pytest.mark.parametrize("suite", known_suites(ROOT))
def test_suite_is_composed_as_dvc_does_it(suite, tmp_path):
    from dvc.utils.hydra import compose_and_dump

    conf, target = str(ROOT / "conf"), tmp_path / "params.yaml"
    compose_and_dump(target, conf, None, "config", str(tmp_path), [f"suite={suite}"])
    assert target.read_text() == composed(suite, ROOT)


def test_no_suite_repeats_what_all_share():
    shared = yaml.safe_load((ROOT / "conf/config.yaml").read_text())
    for suite in known_suites(ROOT):
        own = yaml.safe_load((ROOT / f"conf/suite/{suite}.yaml").read_text())
        for section, values in own.items():
            if isinstance(shared.get(section), dict) and isinstance(values, dict):
                same = {key for key, value in values.items() if shared[section].get(key) == value}
                assert same == set(), (suite, section)


def test_another_suite_is_put_in_place(project):
    assert use_suite("biomed_small", project).suite == "biomed_small"
    assert load_params(project / "params.yaml").suite == "biomed_small"


@pytest.mark.parametrize("suite", ["demo", None])
def test_suite_that_is_there_keeps_its_changes(project, suite):
    path = project / "params.yaml"
    path.write_text(path.read_text().replace("epochs: ", "epochs: 1"))
    before = path.read_text()
    assert use_suite(suite, project).train.epochs >= 10
    assert path.read_text() == before


@pytest.mark.parametrize("content", [None, "suite: [", "- a list"])
def test_broken_parameters_are_replaced_by_a_named_suite(project, content):
    path = project / "params.yaml"
    path.unlink() if content is None else path.write_text(content)
    assert use_suite("demo", project).suite == "demo"


def test_unknown_suite_lists_the_known(project):
    before = (project / "params.yaml").read_text()
    with pytest.raises(UnknownNameError, match="known: biomed_small, demo"):
        use_suite("biomed", project)
    assert (project / "params.yaml").read_text() == before
