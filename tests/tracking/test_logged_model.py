import tomllib
from pathlib import Path

from packaging.requirements import Requirement

from sru_ner.tracking.logged_model import RUNTIME

ROOT = Path(__file__).parents[2]


def test_what_a_logged_model_needs_is_what_this_package_depends_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    needed = [*project["dependencies"], *extras["train"], *extras["pipeline"]]
    named = {Requirement(each).name.lower() for each in needed}
    assert [name for name in RUNTIME if name not in named] == []
