"""Where a stage's command runs, and which suite it is for."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sru_ner.settings.params import Params


def enter_project() -> Path | None:
    """Make the project's folder the current one; return the suite's folder if that was it.

    DVC runs the commands of a stage in the folder of its `dvc.yaml`: `data` or `suites/<suite>`.
    All paths that commands read, write and print are relative to the project's folder. Elsewhere,
    nothing changes. The returned path is relative to the project's folder.
    """
    from sru_ner.layout import DATA_PARAMS, PROJECT_PARAMS, SUITES

    here = Path.cwd()
    if here.parent.name == SUITES.name and Path("params.yaml").is_file():
        os.chdir(here.parents[1])
        return SUITES / here.name
    if here.name == DATA_PARAMS.parent.name and (here.parent / PROJECT_PARAMS).is_file():
        os.chdir(here.parent)
    return None


def suite_params(given: Path | None) -> "Params":
    """Read the parameters of a suite, and make the project's folder the current one.

    given: parameter file that the user named, for which the current folder is kept. None takes the
    suite in whose folder the command runs, or the one that the project's `params.yaml` names.
    Errors as in `load_params`; `InputError` for a suite in the folder of another.
    """
    from sru_ner.errors import InputError
    from sru_ner.layout import PROJECT_PARAMS, SuiteLayout
    from sru_ner.settings.params import load_params
    from sru_ner.settings.shared import load_project_params

    if given is not None:
        return load_params(given)
    folder = enter_project()
    name = folder.name if folder else load_project_params(PROJECT_PARAMS).suite
    path = SuiteLayout(name).params
    if not path.is_file():
        raise InputError(
            f"the suite {name} has no parameters",
            path=path,
            remedy=f"make its folder: `python -m flows.suites {name}`",
        )
    params = load_params(path)
    if params.suite != name:
        raise InputError(
            f"this is the suite {params.suite}, in the folder of another",
            path=path,
            remedy=f"write `suite: {name}`, or rename the folder",
        )
    return params
