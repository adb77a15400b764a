"""The two short parameter files that all suites share."""

from pathlib import Path

from pydantic import Field

from sru_ner.files import read_yaml
from sru_ner.settings.names import Name
from sru_ner.settings.sections import HarmonizeSettings, Section
from sru_ner.settings.validation import validate

_REMEDY = "run the command in the project's folder"
_PAGE = "docs/reference/settings.md describes each parameter"


class ProjectParams(Section):
    """All of the `params.yaml` in the project's folder."""

    suite: Name
    """Suite that `dvc repro` runs, and that commands take if none is named."""


class DataParams(Section):
    """All of `data/params.yaml`: the corpora of all suites, and how they are harmonised."""

    corpora: tuple[Name, ...] = Field(min_length=1)
    """Sources that are fetched and harmonised."""
    harmonize: HarmonizeSettings


def load_project_params(path: Path) -> ProjectParams:
    """Read and check the parameter file of a project.

    Errors as in `sru_ner.settings.params.load_params`.
    """
    return validate(ProjectParams, read_yaml(path, remedy=_REMEDY), path=path, remedy=_PAGE)


def load_data_params(path: Path) -> DataParams:
    """Read and check the parameter file of the corpora.

    Errors as in `sru_ner.settings.params.load_params`.
    """
    return validate(DataParams, read_yaml(path, remedy=_REMEDY), path=path, remedy=_PAGE)
