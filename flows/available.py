"""The corpora of a suite that are not available here, and the suite without them."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from flows.stages import ROOT
from sru_ner.corpora.catalog import find_source, load_catalog
from sru_ner.corpora.fetch import obstacle
from sru_ner.corpora.required_splits import check_splits, missing_splits
from sru_ner.errors import InputError
from sru_ner.layout import RAW
from sru_ner.settings.params import Params


def unavailable(params: Params, root: Path = ROOT) -> dict[str, str]:
    """List the corpora that are not available, each with the reason and what to do.

    They are in the suite's order.
    """
    found = {name: obstacle(find_source(name), root / RAW) for name in params.corpora}
    return {name: reason for name, reason in found.items() if reason}


def check_available(params: Params, root: Path = ROOT) -> None:
    """Raise `InputError` with every corpus that is not available or lacks a needed split."""
    missing = unavailable(params, root)
    sources = load_catalog()
    if not missing:
        check_splits(params, sources)
    else:
        listed = "".join(f"\n  {name}: {reason}" for name, reason in missing.items())
        listed += "".join(f"\n  {problem}" for problem in missing_splits(params, sources))
        raise InputError(
            f"these corpora of the suite {params.suite} are not available:{listed}",
            remedy="put their files there, or leave these corpora out:"
            f" `python -m flows.pipeline --suite {params.suite} --available`",
        )


def without(values: Mapping[str, Any], missing: Collection[str]) -> dict[str, Any]:
    """Return the parameters of a suite without some corpora, which `left_out` then names.

    An experiment without any source left is dropped. Raises `InputError` if nothing is left to test
    on, or if the experiment that is assessed or registered is dropped.
    """

    def kept(sources: Collection[str]) -> list[str]:
        return [source for source in sources if source not in missing]

    experiments = {
        name: {**experiment, "sources": sources}
        for name, experiment in values["experiments"].items()
        if (sources := kept(experiment["sources"]))
    }
    tested = kept(values["evaluate"]["tested"])
    wanted = {values["assess"]["experiment"], values["register"]["candidate"]}
    if not tested or not wanted <= experiments.keys():
        lost = (
            "corpus to test on" if not tested else f"source for {min(wanted - experiments.keys())}"
        )
        raise InputError(
            f"without {', '.join(missing)} the suite {values['suite']} has no {lost}",
            remedy=f"run `python -m flows.pipeline --suite {values['suite']}` without --available:"
            " it says how to get the missing corpora",
        )
    return {
        **values,
        "corpora": kept(values["corpora"]),
        "left_out": [*values.get("left_out", ()), *missing],
        "experiments": experiments,
        "evaluate": {**values["evaluate"], "tested": tested},
    }
