"""Two suites are pushed to an S3 bucket, on a server of this machine, and pulled into a clone."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.pipeline
pytest.importorskip("dvc_s3", reason="dvc-s3 is not installed")

STAGES = """
stages:
  train:
    cmd: mkdir ../../${suite}.model && cp params.yaml ../../${suite}.model && echo trained >> ../../log
    deps: [../../data/in]
    params: [epochs]
    outs: ["../../${suite}.model"]
  report:
    cmd: cp ../../${suite}.model/params.yaml ../../${suite}.report && echo reported >> ../../log
    deps: ["../../${suite}.model"]
    outs: ["../../${suite}.report"]
"""  # noqa: E501
CONFIG = """
[core]
    no_scm = true
    analytics = false
    remote = there
['remote "there"']
    url = s3://models/sru-ner
    endpointurl = {address}
"""
SUITES = ("demo", "other")


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    """A server with an empty bucket `models`; yields its address and the keys for it."""
    server = pytest.importorskip("moto.server", reason="moto is not installed")
    import boto3

    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    place = {"AWS_DEFAULT_REGION": "eu-central-1", "no_proxy": "127.0.0.1"}
    s3 = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    s3.start()
    host, port = s3.get_host_and_port()
    address = f"http://{host}:{port}"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**keys, **place}.items():
            patch.setenv(name, value)
        boto3.client("s3", endpoint_url=address, region_name="us-east-1").create_bucket(
            Bucket="models"
        )
        yield {"address": address}
    s3.stop()


def dvc(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "dvc", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def log(folder: Path) -> list[str]:
    """What the stages have done in a folder."""
    path = folder / "log"
    return path.read_text().split() if path.exists() else []


@pytest.fixture(scope="module")
def pushed(bucket: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two suites that ran, and are in the bucket with their runs."""
    root = tmp_path_factory.mktemp("pushed")
    (root / ".dvc").mkdir()
    (root / ".dvc/config").write_text(CONFIG.format(**bucket))
    (root / "data").mkdir()
    (root / "data/in").write_text("in")
    for suite in SUITES:
        folder = root / "suites" / suite
        folder.mkdir(parents=True)
        (folder / "dvc.yaml").write_text(STAGES)
        (folder / "params.yaml").write_text(f"suite: {suite}\nepochs: 3\n")
    dvc(root, "repro", "--all-pipelines")
    assert log(root) == ["trained", "reported"] * len(SUITES)
    assert "pushed" in dvc(root, "push", "--run-cache")
    return root


def clone(pushed: Path, folder: Path) -> Path:
    """What git would bring: everything but outputs, the cache and what stages wrote beside."""
    kept = shutil.ignore_patterns("*.model", "*.report", "cache", "tmp", "log")
    shutil.copytree(pushed, folder, ignore=kept)
    return folder


def test_a_pulled_clone_has_nothing_to_do(pushed: Path, tmp_path: Path) -> None:
    fresh = clone(pushed, tmp_path / "clone")
    dvc(fresh, "pull", "suites/other/dvc.yaml")
    assert [(fresh / f"{suite}.model").is_dir() for suite in SUITES] == [False, True]
    dvc(fresh, "pull")
    dvc(fresh, "repro", "--all-pipelines")
    assert log(fresh) == []
    for name in ("demo.model/params.yaml", "other.report"):
        assert (fresh / name).read_bytes() == (pushed / name).read_bytes()


def test_the_run_cache_spares_a_training(pushed: Path, tmp_path: Path) -> None:
    fresh = clone(pushed, tmp_path / "clone")
    for suite in SUITES:
        (fresh / f"suites/{suite}/dvc.lock").unlink()  # as if another branch had trained it
    printed = dvc(fresh, "repro", "--pull", "suites/demo/dvc.yaml")
    assert printed.count("is cached - skipping run") == 2
    assert log(fresh) == []
    # Other settings are another run.
    (fresh / "suites/demo/params.yaml").write_text("suite: demo\nepochs: 4\n")
    dvc(fresh, "repro", "suites/demo/dvc.yaml")
    assert log(fresh) == ["trained", "reported"]
