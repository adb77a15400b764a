"""`sru-ner evaluate`: the decisions of a trained model on all tested corpora."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sru_ner.cli.options import ParamsFile

if TYPE_CHECKING:
    import pyarrow as pa


def evaluate(
    experiment: Annotated[str, typer.Argument(help="Name of an experiment in the parameters.")],
    params_file: ParamsFile = None,
) -> None:
    """Annotate all tested corpora with a trained model and write every decision to a file."""
    from sru_ner.cli.project_folder import suite_params
    from sru_ner.dataset.corpus import Corpus
    from sru_ner.decisions.table import write_decisions
    from sru_ner.evaluation.trained_model import decide_on, load_trained
    from sru_ner.layout import HARMONIZED, SuiteLayout
    from sru_ner.locks import hold
    from sru_ner.manifests.excluded import learned_corpora

    params = suite_params(params_file)
    settings = params.evaluate
    sources = params.experiment(experiment).sources
    layout = SuiteLayout(params.suite)
    lock = f"evaluate@{params.suite}@{experiment}"
    with hold(Path(), lock, doing=f"is evaluating {experiment}"):
        trained = load_trained(experiment, layout.model(experiment))
        decide = partial(
            decide_on,
            trained,
            batch_size=settings.batch_size,
            overlaps=settings.overlaps_of(experiment),
        )
        tested = [Corpus(HARMONIZED, name).split(settings.split) for name in settings.tested]
        decisions = decide(tested)
        target = layout.decisions(experiment)
        write_decisions(target, decisions, tested=settings.tested)
        _print_scores(decisions, experiment, settings.tested)
        typer.echo(f"Decisions written to {target}: {len(decisions):,}")
        # This file is always written: the outputs of a DVC stage do not depend on its settings.
        tuned_on = sources if settings.thresholds != "none" else ()
        manifest = layout.manifest(experiment)
        learned = learned_corpora(manifest, HARMONIZED, tuned_on) if tuned_on else {}
        dev = decide([corpus.split("dev") for corpus in learned.values()])
        write_decisions(layout.dev_decisions(experiment), dev, tested=tuned_on)


def _print_scores(decisions: "pa.Table", experiment: str, tested: tuple[str, ...]) -> None:
    from rich.console import Console
    from rich.table import Table

    from sru_ner.decisions.counts import count
    from sru_ner.evaluation.matrix import build_matrix
    from sru_ner.rendering.amounts import percent

    cells = build_matrix(
        count(decisions), suite="", split="", shown="inventory", models=[experiment], tested=tested
    )
    table = Table(title=f"{experiment}: exact match, all types of the tested corpus")
    table.add_column("tested")
    for heading in ("P", "R", "F1", "gold", "not expressible"):
        table.add_column(heading, justify="right")
    for name in tested:
        found = cells[experiment, name].micro("inventory")
        ratios = [
            percent(r) for r in (found.ratios.precision, found.ratios.recall, found.ratios.f1)
        ]
        table.add_row(name, *ratios, str(found.support), str(found.inexpressible))
    Console().print(table)
