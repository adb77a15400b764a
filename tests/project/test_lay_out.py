"""Projects: what `sru-ner init` lays out, in and outside of git repositories."""

import configparser
import subprocess
from pathlib import Path

import pytest
import yaml

from sru_ner.environment.version import __version__
from sru_ner.errors import InputError
from sru_ner.project.lay_out import lay_out, names, with_version

ROOT = Path(__file__).parents[2]


def no_scm(project: Path) -> bool:
    config = configparser.ConfigParser()
    config.read(project / ".dvc/config")
    return config.getboolean("core", "no_scm", fallback=False)


def test_a_project_has_everything_that_the_pipeline_needs(tmp_path: Path) -> None:
    project = tmp_path / "p"
    lay_out(project)
    for name in (*names(), "README.md", "Makefile", "corpora"):
        assert (project / name).exists(), name
    # A stage of the suite depends on its folder of verdicts; those of a checkout stay there.
    assert [p.name for p in (project / "verdicts/demo").iterdir()] == [".gitkeep"]
    assert (project / "requirements.txt").read_text() == f"sru-ner[pipeline]=={__version__}\n"
    own = sorted(path.name for path in (ROOT / "flows").glob("*.py"))
    assert sorted(path.name for path in (project / "flows").iterdir()) == own
    assert (project / ".git").is_dir()
    assert not no_scm(project)


def test_a_project_need_not_be_a_git_repository(tmp_path: Path) -> None:
    lay_out(tmp_path / "p", git=False)
    assert not (tmp_path / "p/.git").exists()
    assert no_scm(tmp_path / "p")


def test_a_project_in_a_repository_is_a_part_of_it(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    lay_out(tmp_path / "p")
    assert not (tmp_path / "p/.git").exists()
    assert not no_scm(tmp_path / "p")


@pytest.mark.parametrize(
    ("file", "up"), [("data/dvc.yaml", "../"), ("suites/stages.yaml", "../../")]
)
def test_stages_depend_on_the_version_instead_of_the_code(file: str, up: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    original, changed = yaml.safe_load(text), yaml.safe_load(with_version(text, up))
    assert list(changed["stages"]) == list(original["stages"])
    for name, stage in original["stages"].items():
        body = stage.get("do", stage)
        other = [dep for dep in body["deps"] if not dep.startswith(f"{up}sru_ner/")]
        new = changed["stages"][name]
        new = new.get("do", new)
        assert new["deps"] == [f"{up}requirements.txt", *other]
        assert {**new, "deps": None} == {**body, "deps": None}


def test_a_folder_with_content_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="this exists already"):
        lay_out(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
