"""The suite in params.yaml, and how another one is put there: `python -m flows.suites`."""

import argparse
import logging
import sys
from pathlib import Path

import yaml
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from flows.available import check_available, unavailable, without
from flows.dvc_stage import ROOT
from sru_ner.errors import InputError, SruNerError, UnknownNameError
from sru_ner.files import parse_yaml, write_text
from sru_ner.settings.params import Params, load_params

log = logging.getLogger(__name__)

AVAILABLE_HELP = "leave out the corpora that are not available here"


def known_suites(root: Path = ROOT) -> list[str]:
    """List the names of the suites in conf/suite."""
    return sorted(path.stem for path in (root / "conf/suite").glob("*.yaml"))


def composed(suite: str, root: Path = ROOT) -> str:
    """Return the YAML that `dvc exp run -S suite=<suite>` would write to params.yaml.

    Raises `UnknownNameError` that lists the known suites.
    """
    known = known_suites(root)
    if suite not in known:
        raise UnknownNameError("suite", suite, known)
    with initialize_config_dir(str(root / "conf"), version_base=None):
        config = compose("config", overrides=[f"suite={suite}"])
    OmegaConf.resolve(config)
    return OmegaConf.to_yaml(config)


def use_suite(suite: str | None, root: Path = ROOT, *, available: bool = False) -> Params:
    """Write a suite into params.yaml, check it and return it.

    A params.yaml that holds the suite already is kept with its changes, and a warning tells of
    them. None takes the suite that is there. The outputs of other suites are not touched.
    available: leave out corpora that are not available, and the experiments that learn from them
    only. Raises `InputError` as `available.without` does.
    """
    path = root / "params.yaml"
    if suite is not None and _current(path) != suite:
        write_text(path, composed(suite, root))
        log.warning("params.yaml now holds the suite %s.", suite)
    elif (
        suite is not None
        and not available
        and path.read_text(encoding="utf-8") != composed(suite, root)
    ):
        log.warning(
            "params.yaml differs from the suite %s in conf/ and is kept. To compose it again,"
            " remove it first.",
            suite,
        )
    params = load_params(path)
    missing = unavailable(params, root) if available else {}
    if missing:
        log.warning("Left out of the suite %s: %s.", params.suite, ", ".join(missing))
        values = without(parse_yaml(path.read_text(encoding="utf-8")), missing)
        write_text(path, yaml.safe_dump(values, sort_keys=False))
        params = load_params(path)
    return params


def _current(path: Path) -> str | None:
    if not path.is_file():
        return None
    try:
        values = parse_yaml(path.read_text(encoding="utf-8"))
    except (InputError, UnicodeDecodeError):
        return None
    return values.get("suite") if isinstance(values, dict) else None


def main() -> None:
    """Write a suite into params.yaml, and name those of its corpora that are not available."""
    parser = argparse.ArgumentParser(prog="python -m flows.suites", description=main.__doc__)
    parser.add_argument(
        "suite", nargs="?", help="a suite of conf/suite (default: that of params.yaml)"
    )
    parser.add_argument("--available", action="store_true", help=AVAILABLE_HELP)
    arguments = parser.parse_args()
    try:
        check_available(use_suite(arguments.suite, available=arguments.available))
    except SruNerError as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
