"""The folder of a suite, and how it is made from conf/: `python -m flows.suites NAME`."""

import argparse
import logging
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import yaml
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf
from pydantic import Field

from flows.available import check_available, unavailable, without
from flows.stages import ROOT
from sru_ner.errors import SruNerError, UnknownNameError
from sru_ner.files import parse_yaml, write_text
from sru_ner.layout import DATA_PARAMS, PROJECT_PARAMS, SUITES, SuiteLayout
from sru_ner.locks import hold
from sru_ner.project.suite_folder import link_stages
from sru_ner.settings.params import Params, load_params
from sru_ner.settings.shared import load_data_params, load_project_params

log = logging.getLogger(__name__)

AVAILABLE_HELP = "leave out the corpora that are not available here"
SUITE_HELP = "a suite of conf/suite or suites (default: that of params.yaml)"


def known_suites(root: Path = ROOT) -> list[str]:
    """List the names of the suites, composed in conf/suite or made in suites."""
    conf = {path.stem for path in (root / "conf/suite").glob("*.yaml")}
    return sorted(conf | {path.parent.name for path in (root / SUITES).glob("*/params.yaml")})


def default_suite(root: Path = ROOT) -> str:
    """Return the name of the suite that params.yaml names."""
    return load_project_params(root / PROJECT_PARAMS).suite


Suite = Annotated[str | None, Field(json_schema_extra={"enum": [*known_suites()]})]
"""Parameter of a flow: name of a suite; None takes the one that params.yaml names.

Prefect's page offers the suites that were there when the flow was deployed.
"""


def composed(suite: str, root: Path = ROOT) -> str:
    """Return the parameters of a suite of conf/suite as YAML.

    Raises `UnknownNameError` that lists the known suites.
    """
    known = known_suites(root)
    if not (root / f"conf/suite/{suite}.yaml").is_file() or suite not in known:
        raise UnknownNameError("suite", suite, known)
    with initialize_config_dir(str((root / "conf").resolve()), version_base=None):
        config = compose("config", overrides=[f"suite={suite}"])
    OmegaConf.resolve(config)
    for tool in config.evaluate.predictions.values():
        # A stage names its files relative to the project.
        tool.folder = os.path.relpath(root / tool.folder, root)
    return OmegaConf.to_yaml(config)


def use_suite(suite: str | None, root: Path = ROOT, *, available: bool = False) -> Params:
    """Make the folder of a suite unless it is there, check its parameters and return them.

    A folder that is there keeps its changes, and a warning tells of them. suite: None takes the one
    that params.yaml names. available: leave out corpora that are not available, and the experiments
    that learn from them only. Raises `UnknownNameError` that lists the known suites, and
    `InputError` as `available.without` does.
    """
    suite = suite or default_suite(root)
    path = SuiteLayout(suite, root).params
    if suite not in known_suites(root):
        raise UnknownNameError("suite", suite, known_suites(root))
    if not path.is_file():
        text = composed(suite, root)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, text)
        log.info("Made the folder %s of the suite.", path.parent.relative_to(root))
    elif not available and _differs(path, suite, root):
        log.warning(
            "%s differs from the suite %s in conf/ and is kept. To compose it again, remove it"
            " first.",
            path.relative_to(root),
            suite,
        )
    link_stages(root, suite)
    params = load_params(path)
    missing = unavailable(params, root) if available else {}
    if missing:
        log.warning("Left out of the suite %s: %s.", params.suite, ", ".join(missing))
        values = without(parse_yaml(path.read_text(encoding="utf-8")), missing)
        write_text(path, yaml.safe_dump(values, sort_keys=False))
        params = load_params(path)
    _add_corpora(params.corpora, root)
    return params


def _differs(path: Path, suite: str, root: Path) -> bool:
    if not (root / f"conf/suite/{suite}.yaml").is_file():
        return False
    return path.read_text(encoding="utf-8") != composed(suite, root)


def _add_corpora(names: tuple[str, ...], root: Path) -> None:
    """Add corpora to the list of those that have stages."""
    path = root / DATA_PARAMS
    with hold(path.parent, "params", doing=f"changes {DATA_PARAMS}"):
        there = load_data_params(path).corpora
        new = [name for name in names if name not in there]
        if new:
            values: dict[str, Any] = parse_yaml(path.read_text(encoding="utf-8"))
            write_text(path, yaml.safe_dump({**values, "corpora": [*there, *new]}, sort_keys=False))


def main() -> None:
    """Make the folder of a suite, and name those of its corpora that are not available."""
    parser = argparse.ArgumentParser(prog="python -m flows.suites", description=main.__doc__)
    parser.add_argument("suite", nargs="?", help=SUITE_HELP)
    parser.add_argument("--available", action="store_true", help=AVAILABLE_HELP)
    parser.add_argument(
        "--default", action="store_true", help="let params.yaml name it, for `dvc repro`"
    )
    arguments = parser.parse_args()
    logging.basicConfig(format="%(message)s", level=logging.INFO)
    try:
        params = use_suite(arguments.suite, available=arguments.available)
        if arguments.default:
            write_text(ROOT / PROJECT_PARAMS, yaml.safe_dump({"suite": params.suite}))
        check_available(params)
    except SruNerError as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
