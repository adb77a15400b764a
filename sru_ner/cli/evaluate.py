"""`sru-ner evaluate`, `report` and `assess`: from a trained model to figures and a sample."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import pyarrow as pa

ParamsFile = Annotated[Path, typer.Option("--params", help="File with the parameters.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(evaluate)
    app.command()(report)
    app.command()(assess)


def evaluate(
    experiment: Annotated[str, typer.Argument(help="Experiment, as in the parameters.")],
    params_file: ParamsFile = Path("params.yaml"),
) -> None:
    """Annotate all tested corpora with a trained model and keep every decision."""

    from sru_ner.evaluation.decisions import write_decisions
    from sru_ner.evaluation.experiment import decide_on, load_trained
    from sru_ner.layout import HARMONIZED, SuiteLayout
    from sru_ner.settings import load_params
    from sru_ner.training.held_out import NOTHING, read_held_out

    params = load_params(params_file)
    settings = params.evaluate
    sources = params.experiment(experiment).sources
    layout = SuiteLayout(params.suite)
    trained = load_trained(experiment, layout.model(experiment))
    decide = partial(decide_on, trained, harmonized=HARMONIZED, batch_size=settings.batch_size)
    decisions = decide(settings.tested, settings.split)
    target = layout.decisions(experiment)
    write_decisions(target, decisions, tested=settings.tested)
    _print_scores(decisions, experiment, settings.tested)
    typer.echo(f"{len(decisions)} decisions: {target}")
    # A file of that name is always there, since a DVC stage has the same outputs whatever is set.
    tuned_on = sources if settings.thresholds != "none" else ()
    held_out = read_held_out(layout.manifest(experiment)) if tuned_on else NOTHING
    dev = decide(tuned_on, "dev", held_out=held_out)
    write_decisions(layout.dev_decisions(experiment), dev, tested=tuned_on)


def report(
    params_file: ParamsFile = Path("params.yaml"),
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Also print the report, for a pull request.")
    ] = False,
) -> None:
    """Fold the decisions of all experiments into figures, tests, explained errors and a page."""
    from rich.console import Console

    from sru_ner.evaluation.report.findings import gather
    from sru_ner.evaluation.report.markdown import as_markdown
    from sru_ner.evaluation.report.report import write_report
    from sru_ner.layout import HARMONIZED, SuiteLayout
    from sru_ner.leakage.pairs import read_leakage
    from sru_ner.settings import load_params
    from sru_ner.training.held_out import read_held_out

    params = load_params(params_file)
    layout = SuiteLayout(params.suite)
    with Console(stderr=True).status("folding decisions"):
        findings = gather(
            params,
            decisions=layout.decisions(),
            dev_decisions=layout.dev_decisions(),
            harmonized=HARMONIZED,
            leakage=read_leakage(layout.leakage),
            held_out={name: read_held_out(layout.manifest(name)) for name in params.experiments},
        )
        tables = {name: layout.training_report(name) / "curves.csv" for name in params.experiments}
        write_report(
            layout.evaluation_report,
            layout.evaluation_data,
            findings,
            params,
            training={name: path for name, path in tables.items() if path.is_file()},
        )
    if markdown:
        typer.echo(as_markdown(findings))
    typer.echo(f"Report: {layout.evaluation_report / 'index.html'}", err=markdown)


def assess(params_file: ParamsFile = Path("params.yaml")) -> None:
    """Draw predictions of types the tested corpora never annotated, for people to judge."""
    from sru_ner.assessment.report import write_sample, write_summary
    from sru_ner.assessment.sample import draw_sample, in_sentences
    from sru_ner.evaluation.decisions import read_decisions
    from sru_ner.harmonize.store import load_sentences
    from sru_ner.layout import HARMONIZED, SuiteLayout
    from sru_ner.settings import load_params

    params = load_params(params_file)
    layout = SuiteLayout(params.suite)
    split = params.evaluate.split
    decisions = read_decisions(
        layout.decisions(params.assess.experiment), split=split, tested=params.evaluate.tested
    )
    sample = draw_sample(
        decisions,
        bands=params.assess.score_bands,
        per_stratum=params.assess.per_stratum,
        seed=params.assess.seed,
    )
    drawn_on = sorted({mention.tested for mention in sample.mentions})
    texts = (
        sentence for tested in drawn_on for sentence in load_sentences(HARMONIZED, tested, split)
    )
    sentences = in_sentences(sample, decisions, texts)
    write_sample(layout.assessment_data, sample, sentences, params)
    write_summary(layout.assessment_report, sample, params)
    if not sample.mentions:
        typer.echo(
            f"{params.assess.experiment} predicted no type outside the tested corpora's"
            " inventories within the score bands: the sample is empty."
        )
    typer.echo(
        f"{len(sample.mentions)} mentions in {len(sentences)} sentences:"
        f" {layout.assessment_data / 'index.html'}"
    )


def _print_scores(decisions: "pa.Table", experiment: str, tested: tuple[str, ...]) -> None:
    from rich.console import Console
    from rich.table import Table

    from sru_ner.evaluation.matrix import build_matrix
    from sru_ner.evaluation.report.tables import percent
    from sru_ner.evaluation.scoring import count

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
