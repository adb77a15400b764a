"""What people see of the package before they have it: metadata, citation, forms for reports."""

import re
import runpy
import tomllib
from pathlib import Path

import pytest
import yaml

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
