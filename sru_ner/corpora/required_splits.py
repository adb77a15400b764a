"""Checks that the corpora of a suite have the splits that it needs, before anything runs."""

from collections.abc import Mapping

from sru_ner.corpora.source import Source
from sru_ner.errors import InputError
from sru_ner.settings.params import Params


def missing_splits(params: Params, sources: Mapping[str, Source]) -> list[str]:
    """Return a line for each corpus of a suite without a split that the suite needs.

    sources: entries by name. Corpora that are not in it are not looked at.
    """
    return [
        f"{name} has no {' and no '.join(missing)} split, but {uses}"
        for name, (needed, uses) in _needs(params).items()
        if name in sources
        and (missing := [split for split in needed if split not in sources[name].splits])
    ]


def check_splits(params: Params, sources: Mapping[str, Source]) -> None:
    """Raise `InputError` that lists every corpus of a suite without a split that it needs."""
    problems = missing_splits(params, sources)
    if problems:
        raise InputError(
            f"corpora of the suite {params.suite} lack splits:"
            + "".join(f"\n  {problem}" for problem in problems),
            remedy="draw them: write `split: [train, dev, test]` for a file of the corpus's entry,"
            " and `splits: false` into `given`, or add a corpus of your own again: `sru-ner corpora"
            " add NAME FILES --replace --split train+dev+test`; or leave the corpus out there",
        )


def _needs(params: Params) -> dict[str, tuple[list[str], str]]:
    """Return for each corpus the splits that it needs, and what needs them."""
    needs: dict[str, tuple[list[str], str]] = {}
    for name in params.corpora:
        learners = [e for e, settings in params.experiments.items() if name in settings.sources]
        tested = name in params.evaluate.tested
        splits: list[str] = ["train", "dev"] if learners else []
        splits += [params.evaluate.split] if tested else []
        uses = [f"{', '.join(learners)} learn{'s' * (len(learners) == 1)} from it"] * bool(learners)
        uses += [f"evaluate.tested names it, with evaluate.split {params.evaluate.split}"] * tested
        needs[name] = list(dict.fromkeys(splits)), " and ".join(uses)
    return needs
