"""Carries out a request: trains the model, tests it, writes the page, puts the model in place."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

import yaml

from sru_ner.dataset.corpus import Corpus
from sru_ner.decisions.table import write_decisions
from sru_ner.errors import InputError
from sru_ner.evaluation.trained_model import decide_on, load_trained
from sru_ner.evaluation_report.findings import gather
from sru_ner.evaluation_report.report import write_report
from sru_ner.files import atomic_path, write_json, write_text
from sru_ner.fitting.inspection import Inspection, earlier_identity, identity_file, results_file
from sru_ner.fitting.remarks import RefusedRequestError
from sru_ner.fitting.request import Request, types_of_corpora
from sru_ner.fitting.results import figures
from sru_ner.fitting.schedule import (
    Schedule,
    for_few_sentences,
    schedule_by_size,
    schedule_by_time,
    seconds_needed,
)
from sru_ner.fitting.several_corpora import assumed_pairs, for_several_corpora
from sru_ner.inference.starting_model import starting_model
from sru_ner.layout import HARMONIZE_REPORTS, HARMONIZED, SuiteLayout
from sru_ner.leakage.pairs import read_leakage, write_leakage
from sru_ner.locks import hold
from sru_ner.manifests.excluded import learned_corpora
from sru_ner.manifests.manifest import write_manifests
from sru_ner.rendering.amounts import counted
from sru_ner.settings.params import Params, load_params
from sru_ner.settings.validation import validate
from sru_ner.training.experiment import train_experiment
from sru_ner.training.speed import measure_speed
from sru_ner.training.start import StartingModel

Say = Callable[[str], None]
"""Tells the user what happens, in a line."""


def fit(inspection: Inspection, *, elapsed: Callable[[], float], say: Say) -> None:
    """Train, test and report on the model of a request; continue a run that was interrupted.

    elapsed: returns the seconds since the user's call, for a limit of time. The model folder
    appears when everything else is there. Raises `RefusedRequestError` if the inspection found an
    error, and `InputError` if the time is too short or another process fits the same model.
    """
    if not inspection.may_begin:
        raise RefusedRequestError(inspection.remarks)
    output = inspection.request.output
    with hold(inspection.request.work, "fit", doing=f"is fitting {output}"):
        _fit(inspection, elapsed, say)


def _fit(inspection: Inspection, elapsed: Callable[[], float], say: Say) -> None:
    request, layout = inspection.request, inspection.request.layout
    same = earlier_identity(request) == inspection.identity
    if not same or inspection.finished:
        _start_anew(inspection)
    start, teacher = (
        starting_model(model) if model else None for model in (request.start, request.teacher)
    )
    params_file = request.work / "params.yaml"
    if not params_file.is_file():
        values = _params(inspection, schedule_by_size([1]))
        _write_manifests(inspection, validate(Params, values))
        values = _params(inspection, _schedule(inspection, values, start, teacher, elapsed, say))
        write_text(params_file, yaml.safe_dump(values, sort_keys=False))
    params = load_params(params_file)
    if not (layout.model(request.name) / "training.json").is_file():
        settings = params.experiment(request.name)
        manifest = layout.manifest(request.name)
        corpora = learned_corpora(manifest, layout.harmonized, settings.sources)
        if settings.train_with_dev:
            say("The model learns from the dev split, too, and its last epoch is kept.")
        if settings.exclusive == "observed" and (pairs := assumed_pairs(corpora.values())):
            say(
                f"No mention is taken to be of both types of: {', '.join(pairs)}."
                " If one can be: --set exclusive=none"
            )
        train_experiment(request.name, settings, layout, corpora, start, teacher)
    say("Testing the model.")
    _evaluate(request, params)
    with atomic_path(request.output.resolve()) as fresh:
        shutil.move(layout.model(request.name), fresh)


def _start_anew(inspection: Inspection) -> None:
    """Prepare the work folder: put the corpora there, and remove what another run left.

    Checkpoints stay: the training moves those of another run aside, and says so.
    """
    request, layout = inspection.request, inspection.request.layout
    # Not the identity of any run, until everything is in place.
    write_json(identity_file(request), {})
    for name in ("params.yaml", "results.json"):
        (request.work / name).unlink(missing_ok=True)
    shutil.rmtree(request.work / "models", ignore_errors=True)
    for folder in (HARMONIZED, HARMONIZE_REPORTS):
        with atomic_path(request.work / folder) as fresh:
            shutil.copytree(inspection.root / folder, fresh)
    if inspection.leakage is not None:
        write_leakage(layout.leakage, inspection.leakage)
    write_json(identity_file(request), inspection.identity)


def _params(inspection: Inspection, schedule: Schedule) -> dict[str, Any]:
    """Return the parameters of the run, as `params.yaml` of a project has them."""
    request = inspection.request
    names = [corpus.name for corpus in inspection.corpora]
    train = [corpus.learned for corpus in inspection.corpora]
    dev = [corpus.sentences("dev") for corpus in inspection.corpora]
    known = types_of_corpora(inspection.corpora) <= inspection.known
    settings = {
        "encoder": request.encoder,
        "start_from": request.start,
        "teacher": request.teacher,
        **asdict(schedule),
        "patience": schedule.patience,
        **for_few_sentences(train, dev, schedule.epochs, known=known),
        **for_several_corpora(inspection.corpora),
        **request.settings,
    }
    return {
        "suite": request.name,
        "corpora": names,
        "train": settings,
        "experiments": {request.name: {"sources": names}},
        "evaluate": {
            "tested": inspection.tested,
            # Documents that are in train and in test are not learned from.
            "leakage": "drop_train",
            # As the model annotates.
            "overlaps": "exclusive" if settings.get("exclusive", "none") != "none" else "all",
        },
        "assess": {"experiment": request.name},
        "register": {"candidate": request.name},
    }


def _write_manifests(inspection: Inspection, params: Params) -> None:
    layout: SuiteLayout = inspection.request.layout
    folder = layout.manifest(inspection.request.name).parent
    write_manifests(folder, layout.harmonized, params, read_leakage(layout.leakage))


def _schedule(
    inspection: Inspection,
    values: Mapping[str, Any],
    start: StartingModel | None,
    teacher: StartingModel | None,
    elapsed: Callable[[], float],
    say: Say,
) -> Schedule:
    request, layout = inspection.request, inspection.request.layout
    corpora = inspection.corpora
    if request.minutes is None:
        return schedule_by_size([corpus.learned for corpus in corpora], request.epochs)
    say("Measuring how fast the model trains here.")
    settings = validate(Params, values).experiment(request.name)
    learned = learned_corpora(layout.manifest(request.name), layout.harmonized, settings.sources)
    budget = 60 * request.minutes
    speed = measure_speed(
        settings, learned, layout.tokenized, start, teacher, seconds=0.05 * budget
    )
    sizes = {split: sum(corpus.sentences(split) for corpus in corpora) for split in ("dev", "test")}
    left = budget - elapsed()
    found = schedule_by_time(
        left, speed, corpora=len(corpora), batch_size=settings.batch_size, **sizes
    )
    if found is None:
        needed = (elapsed() + seconds_needed(speed, **sizes)) / 60
        raise InputError(
            f"--minutes {request.minutes:g} is too short: on this machine a step takes"
            f" {speed.step:.2f} s and a sentence {1000 * speed.sentence:.0f} ms",
            remedy=f"give it {1 + int(needed)} minutes or more, or take a smaller encoder",
        )
    sequences = found.epochs * (found.epoch_sequences or speed.sequences)
    say(
        f"A step takes {speed.step:.2f} s, so there is time for"
        f" {counted(sequences // settings.batch_size, 'step')}: the model reads"
        f" {sequences / speed.sequences:.1f} times as many sentences as there are to learn from."
    )
    return found


def _evaluate(request: Request, params: Params) -> None:
    """Let the model mark the test splits; write its decisions, the report and the figures."""
    layout, name = request.layout, request.name
    tested = [Corpus(layout.harmonized, t).split("test") for t in params.evaluate.tested]
    trained = load_trained(name, layout.model(name))
    settings = params.evaluate
    decisions = decide_on(
        trained, tested, batch_size=settings.batch_size, overlaps=settings.overlaps_of(name)
    )
    write_decisions(layout.decisions(name), decisions, tested=params.evaluate.tested)
    experiment = params.experiment(name)
    learned = learned_corpora(layout.manifest(name), layout.harmonized, experiment.sources)
    findings = gather(
        params,
        decisions=layout.decisions(),
        dev_decisions=layout.dev_decisions(),
        tested=tested,
        leakage=read_leakage(layout.leakage),
        learned={name: [learned[source].split(part) for source, part in experiment.learned]},
    )
    write_report(
        layout.evaluation_report,
        layout.evaluation_data,
        findings,
        params,
        training={name: layout.training_report(name) / "curves.csv"},
    )
    write_json(results_file(request), figures(findings, name))
