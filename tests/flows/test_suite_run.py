"""Runs of suites do not disturb each other, and ask DVC no more than they have to."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from prefect.logging import disable_run_logger

from flows import dvc_stage, stale
from flows import suite_run as module
from flows.dvc_stage import StageFailedError, StageResult, run_stage
from flows.stale import stale_stages
from flows.suite_run import suite_run
from sru_ner.errors import InputError
from sru_ner.settings.params import load_params

ROOT = Path(__file__).parents[2]
STAGES = """
stages:
  leakage:
    cmd: cp ../../data/in ../../${suite}.leakage
    deps: [../../data/in]
    outs: ["../../${suite}.leakage"]
  train:
    cmd: cp params.yaml ../../${suite}.model
    deps: ["../../${suite}.leakage"]
    params: [train.epochs]
    outs: ["../../${suite}.model"]
  assess:
    cmd: exit 3
    deps: ["../../${suite}.model"]
"""
DVC = [sys.executable, "-m", "dvc"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two suites, `demo` and `other`, whose stages copy files."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data/in").write_text("in")
    demo = (ROOT / "suites/demo/params.yaml").read_text()
    for name in ("demo", "other"):
        folder = tmp_path / "suites" / name
        folder.mkdir(parents=True)
        (folder / "params.yaml").write_text(demo.replace("suite: demo", f"suite: {name}"))
        (folder / "dvc.yaml").write_text(STAGES)
    subprocess.run([*DVC, "init", "-q", "--no-scm"], cwd=tmp_path, check=True)
    shutil.copy(ROOT / ".dvc/config", tmp_path / ".dvc/config.local")
    for each in (dvc_stage, stale, module):
        monkeypatch.setattr(each, "ROOT", tmp_path)
    monkeypatch.setattr(
        module, "use_suite", lambda name, **_: load_params(tmp_path / f"suites/{name}/params.yaml")
    )
    return tmp_path


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Names of the stages for which DVC was called."""
    called: list[str] = []

    def call(stages, *, concurrency, by):
        called.extend(stages)
        return [run_stage.fn(stage) for stage in stages]

    monkeypatch.setattr(module, "run_stages", call)
    with disable_run_logger():
        yield called


def run_all(suite: str) -> list[StageResult]:
    with suite_run(suite) as run:
        return [
            result
            for stage in ("leakage", "train")
            for result in run.bring_up_to_date([run.stage(stage)])
        ]


def test_what_is_up_to_date_is_asked_for_once(project: Path, ran: list[str]) -> None:
    leakage, train = (f"suites/demo/dvc.yaml:{name}" for name in ("leakage", "train"))
    assert stale_stages("demo") >= {leakage, train}
    assert [each["outcome"] for each in run_all("demo")] == ["ran", "ran"]
    assert ran == [leakage, train]
    ran.clear()
    unchanged = [{"stage": stage, "outcome": "unchanged"} for stage in (leakage, train)]
    assert run_all("demo") == unchanged
    assert ran == []


def test_what_follows_a_change_is_asked_for_too(project: Path, ran: list[str]) -> None:
    run_all("demo")
    ran.clear()
    (project / "data/in").write_text("changed")
    assert run_all("demo")[0]["outcome"] == "ran"
    # DVC did not call the training out of date before its input was made anew.
    assert len(ran) == 2


@pytest.mark.fault(
    "`dvc gc -w` and `dvc checkout` after a second suite has run",
    before="the models and reports of the first were lost",
    now="all suites keep theirs",
)
def test_suites_keep_their_outputs_and_locks(project: Path, ran: list[str]) -> None:
    run_all("demo")
    files = [project / name for name in ("demo.model", "suites/demo/dvc.lock")]
    before = [path.read_bytes() for path in files]
    run_all("other")
    assert [path.read_bytes() for path in files] == before
    subprocess.run([*DVC, "gc", "-q", "-w", "-f"], cwd=project, check=True)
    models = [project / f"{name}.model" for name in ("demo", "other")]
    for path in models:
        path.unlink()
    subprocess.run([*DVC, "checkout", "-q"], cwd=project, check=True)
    assert [path.is_file() for path in models] == [True, True]
    assert stale_stages("other") == {"suites/other/dvc.yaml:assess"}


def test_both_suites_are_pulled_into_a_clone(project: Path, ran: list[str], tmp_path: Path) -> None:
    for suite in ("demo", "other"):
        run_all(suite)
    remote, clone = tmp_path / "remote", tmp_path / "clone"
    subprocess.run(
        [*DVC, "remote", "add", "-q", "-d", "there", str(remote)], cwd=project, check=True
    )
    subprocess.run([*DVC, "push", "-q"], cwd=project, check=True)
    # What git would bring: everything but outputs and the cache.
    kept = shutil.ignore_patterns("*.model", "*.leakage", "remote", "clone", "cache", "tmp")
    shutil.copytree(project, clone, ignore=kept)
    subprocess.run([*DVC, "pull", "-q", "suites/other/dvc.yaml"], cwd=clone, check=True)
    assert [(clone / f"{name}.model").is_file() for name in ("demo", "other")] == [False, True]
    subprocess.run([*DVC, "pull", "-q"], cwd=clone, check=True)
    done = subprocess.run(
        [*DVC, "status", "--json"], cwd=clone, check=True, capture_output=True, text=True
    )
    assert {stage.rpartition(":")[2] for stage in json.loads(done.stdout)} == {"assess"}


@pytest.mark.fault(
    "two runs of the pipeline with different suites at once",
    before="they mixed: old weights under new parameters, status 0",
    now="each has its own parameters and outputs",
)
def test_runs_of_two_suites_at_once_do_not_mix(project: Path, ran: list[str]) -> None:
    with suite_run("demo") as demo:
        demo.bring_up_to_date([demo.stage("leakage")])
        with suite_run("other") as other:
            other.bring_up_to_date([other.stage("leakage")])
            other.bring_up_to_date([other.stage("train")])
        demo.bring_up_to_date([demo.stage("train")])
    for name in ("demo", "other"):
        assert (project / f"{name}.model").read_text().startswith(f"suite: {name}\n")


@pytest.mark.fault(
    "two runs of the pipeline with one suite at once",
    before="they mixed, or the second failed in the middle",
    now="the second is refused with the number of the first one's process",
)
def test_a_suite_runs_once_at_a_time(project: Path) -> None:
    holder = (
        "import sys; from pathlib import Path; from sru_ner.locks import hold\n"
        "with hold(Path('suites/demo'), 'run', doing='runs the suite demo'):\n"
        "    print('held', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", holder],
        cwd=project,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    try:
        with pytest.raises(InputError, match=f"number {other.pid}, runs the suite demo"):
            run_all("demo")
    finally:
        other.communicate(b"")
    with suite_run("demo"):
        pass


@pytest.mark.fault(
    "params.yaml is changed while the pipeline runs",
    before="later stages took the new parameters, and the model those before",
    now="the run stops with a message before the next stage",
)
def test_parameters_stay_the_same_in_a_run(project: Path, ran: list[str]) -> None:
    path = project / "suites/demo/params.yaml"
    with suite_run("demo") as run:
        run.bring_up_to_date([run.stage("leakage")])
        path.write_text(path.read_text().replace("epochs: 3", "epochs: 4"))
        with pytest.raises(StageFailedError, match=r"params\.yaml was changed while the suite ran"):
            run.bring_up_to_date([run.stage("train")])
    assert not (project / "demo.model").exists()


def test_a_flow_within_a_run_is_part_of_it(project: Path) -> None:
    with suite_run("demo") as outer, suite_run("demo") as inner:
        assert inner is outer


def test_stages_that_dvc_cannot_read_are_an_error(project: Path) -> None:
    (project / "suites/demo/dvc.yaml").write_text("stages: [")
    with pytest.raises(StageFailedError, match=r"DVC cannot read .*\n.*suites/demo/dvc.yaml"):
        stale_stages("demo")
