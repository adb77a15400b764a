"""What people see of the package before they have it: metadata, citation, forms for reports."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from sru_ner.environment.version import __version__

ROOT = Path(__file__).parents[1]
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))


@pytest.fixture(scope="module")
def description():
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("setuptools.setup", lambda **given: None)
        return runpy.run_path(str(ROOT / "setup.py"))["description"]


def test_the_description_has_links_to_other_places_only(description) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]*)\)", description(readme))
    assert links
    assert all(link.startswith("https://") for link in links)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (
            "[the guide](docs/a.md#b) and [paper](https://doi.org/1)",
            "the guide and [paper](https://doi.org/1)",
        ),
        ("![A picture](docs/images/a.png)", ""),
        ("[`code`](sru_ner/a.py), [up](#use-it)", "`code`, up"),
        ("spans [0, 3) and f(x)", "spans [0, 3) and f(x)"),
    ],
)
def test_links_to_files_become_words(description, written: str, shown: str) -> None:
    assert description(written) == shown


def test_the_citation_is_that_of_the_paper_and_of_this_version() -> None:
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cited["version"] == __version__
    paper = cited["preferred-citation"]
    assert paper["doi"] == "10.18653/v1/2025.bionlp-1.20"
    names = [f"{author['given-names']} {author['family-names']}" for author in paper["authors"]]
    assert names == ["João Ruano", "Gonçalo Correia", "Leonor Barreiros", "Afonso Mendes"]
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"https://doi.org/{paper['doi']}" in readme
    assert f"https://doi.org/{paper['doi']}" in (ROOT / "pyproject.toml").read_text(
        encoding="utf-8"
    )


def test_the_metadata_name_the_paper_and_its_authors_repository() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        urls = tomllib.load(file)["project"]["urls"]
    assert urls["Paper"] == "https://doi.org/10.18653/v1/2025.bionlp-1.20"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(url in readme for url in urls.values())


def test_the_lowest_versions_are_those_that_are_declared() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    extras = project["optional-dependencies"]
    lowest = (ROOT / "constraints-lowest.txt").read_text(encoding="utf-8")
    tested = re.findall(r"--extra (\S+)", lowest)
    # `onnx` needs a later torch than the others.
    assert set(tested) == set(extras) - {"dev", "docs", "onnx"}
    lines = [*project["dependencies"]]
    lines += [line for name in tested for line in extras[name]]
    floors = {
        canonicalize_name(needed.name): Version(bound.version)
        for needed in map(Requirement, lines)
        if needed.name != project["name"]
        for bound in needed.specifier
        if bound.operator == ">="
    }
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", lowest, re.MULTILINE))
    needed = {canonicalize_name(Requirement(line).name) for line in lines} - {project["name"]}
    assert needed == set(floors), "a dependency has no lowest version"
    assert {name: Version(pins[name]) for name in floors} == floors


def test_forms_ask_for_what_a_report_needs() -> None:
    asked = {}
    for path in FORMS:
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        if path.stem == "config":
            continue
        assert {"name", "description", "body"} <= set(form)
        fields = [field for field in form["body"] if field["type"] != "markdown"]
        assert any(field.get("validations", {}).get("required") for field in fields)
        ids = [field["id"] for field in fields]
        assert len(ids) == len(set(ids))
        asked[path.stem] = ids
    assert {"bug", "model", "corpus", "idea"} == set(asked)
    assert "doctor" in asked["bug"]
