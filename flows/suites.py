"""Which suite params.yaml holds, and putting another one there."""

import logging
import sys
from pathlib import Path

import yaml
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from flows.dvc_stage import ROOT
from sru_ner.errors import SruNerError, UnknownNameError
from sru_ner.files import write_text
from sru_ner.settings import Params, load_params

log = logging.getLogger(__name__)


def known_suites(root: Path = ROOT) -> list[str]:
    """Names of the suites in conf/suite."""
    return sorted(path.stem for path in (root / "conf/suite").glob("*.yaml"))


def composed(suite: str, root: Path = ROOT) -> str:
    """The YAML that `dvc exp run -S suite=<suite>` would write to params.yaml.

    Raises `UnknownNameError` that lists the known suites.
    """
    known = known_suites(root)
    if suite not in known:
        raise UnknownNameError("suite", suite, known)
    with initialize_config_dir(str(root / "conf"), version_base=None):
        config = compose("config", overrides=[f"suite={suite}"])
    OmegaConf.resolve(config)
    return OmegaConf.to_yaml(config)


def use_suite(suite: str | None, root: Path = ROOT) -> Params:
    """Make params.yaml hold a suite, and return it checked.

    A params.yaml that holds the suite already stays as it is, with whatever was changed in it;
    None takes the one that is there. The outputs of other suites stay where they are.
    """
    path = root / "params.yaml"
    if suite is not None and _current(path) != suite:
        log.warning("params.yaml now holds the suite %s", suite)
        write_text(path, composed(suite, root))
    return load_params(path)


def _current(path: Path) -> str | None:
    if not path.is_file():
        return None
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError:
        return None
    return values.get("suite") if isinstance(values, dict) else None


if __name__ == "__main__":
    try:
        use_suite(sys.argv[1] if len(sys.argv) > 1 else None)
    except SruNerError as error:
        sys.exit(f"{error}")
