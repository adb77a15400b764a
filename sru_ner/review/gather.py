"""Gathers all that a review is about: the two versions, their differences, gates and examples."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sru_ner.evaluation.confidence.significance import DRAWS
from sru_ner.inference.model_reference import training_facts
from sru_ner.registry.records import VersionRecord
from sru_ner.registry.versions import resolve
from sru_ner.review.comparison import CANDIDATE, CHAMPION, Comparison, compare
from sru_ner.review.evidence import Evidence, gather_evidence
from sru_ner.review.examples import Example, choose_examples
from sru_ner.review.gates import Gate, check_gates, need_speed
from sru_ner.review.judgements import Judged, read_judged
from sru_ner.review.speed import Speed, measure
from sru_ner.review.training import Change, LearnedSource, changes, learned_sources, made_by
from sru_ner.settings.sections import ReviewSettings

Say = Callable[[str], object]
"""Takes what is being done, in words: a remote store and the measurements take their time."""


def say_nothing(_: str) -> None:
    """Keep to oneself what is being done."""


@dataclass(frozen=True, slots=True)
class Findings:
    """What gates are checked on."""

    candidate: Evidence
    champion: Evidence | None
    """The version that it is held to; None if there is none."""
    comparison: Comparison
    judged: Judged | None
    speeds: Mapping[str, Speed]
    """Side → speed and size; empty if not measured."""
    gates: tuple[Gate, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that a reviewer reads."""

    findings: Findings
    model: Path
    """Local folder of the reviewed model, in Hugging Face form."""
    facts: Mapping[str, Any]
    """Content of its `training.json`."""
    sources: tuple[LearnedSource, ...]
    made: Mapping[str, str]
    changed: tuple[Change, ...]
    examples: tuple[Example, ...]


def gather_findings(
    settings: ReviewSettings,
    root: Path,
    record: VersionRecord,
    against: VersionRecord | None,
    workspace: Path,
    *,
    models: Mapping[str, Path] | None = None,
    draws: int = DRAWS,
    say: Say = say_nothing,
) -> Findings:
    """Compare a version with another one, and check its gates.

    root: the project's root. workspace: folder for copies of artifacts. models: what
    `local_models` returns, to measure speed and size; None measures them only if a gate is about
    them. draws: see `compare`. say: gets each step in words. Raises
    what `gather_evidence` and `resolve` raise.
    """
    say(f"copying the figures of {record.title}")
    candidate = gather_evidence(record, workspace / CANDIDATE)
    champion = None
    if against is not None:
        say(f"copying the figures of {against.title}")
        champion = gather_evidence(against, workspace / CHAMPION)
        say("comparing the two versions")
    comparison = Comparison() if champion is None else compare(candidate, champion, draws=draws)
    judged = read_judged(root, record, candidate.suite, candidate.experiment)
    if models is None and need_speed(settings):
        models = local_models(root, record, against, say=say)
    if models:
        say("measuring the speed")
    speeds = measure(models) if models else {}
    gates = check_gates(
        settings,
        candidate,
        champion,
        comparison,
        judged=judged,
        speed=speeds.get(CANDIDATE),
    )
    return Findings(candidate, champion, comparison, judged, speeds, gates)


def gather_review(
    settings: ReviewSettings,
    root: Path,
    record: VersionRecord,
    against: VersionRecord | None,
    workspace: Path,
    *,
    draws: int = DRAWS,
    say: Say = say_nothing,
) -> Review:
    """Gather everything about a version; arguments and errors as in `gather_findings`."""
    models = local_models(root, record, against, say=say)
    model = models[CANDIDATE]
    findings = gather_findings(
        settings, root, record, against, workspace, models=models, draws=draws, say=say
    )
    say("choosing examples")
    facts = training_facts(model)
    names = {CANDIDATE: record.title, CHAMPION: "" if against is None else against.title}
    return Review(
        findings=findings,
        model=model,
        facts=facts,
        sources=learned_sources(record, model),
        made=made_by(record, facts),
        changed=() if against is None else changes(against, record),
        examples=choose_examples(root, findings.candidate, findings.comparison, names),
    )


def local_models(
    root: Path,
    record: VersionRecord,
    against: VersionRecord | None,
    *,
    say: Say = say_nothing,
) -> dict[str, Path]:
    """Return side → folder of its model in Hugging Face form; that of a remote store is copied."""
    folders = {}
    for side, each in ((CANDIDATE, record), (CHAMPION, against)):
        if each is not None:
            say(f"fetching the model of {each.title}")
            folders[side] = resolve(each.uri, root)
    return folders
