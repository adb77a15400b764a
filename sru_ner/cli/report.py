"""`sru-ner report`: the evaluation report of a suite."""

from typing import Annotated

import typer

from sru_ner.cli.options import ParamsFile


def report(
    params_file: ParamsFile = None,
    markdown: Annotated[
        bool,
        typer.Option("--markdown", help="Also print the report as Markdown, for a pull request."),
    ] = False,
) -> None:
    """Compute figures, tests and error classes of all experiments, and write the report."""
    from rich.console import Console

    from sru_ner.cli.project_folder import suite_params
    from sru_ner.dataset.corpus import Corpus
    from sru_ner.evaluation_report.findings import gather
    from sru_ner.evaluation_report.markdown import as_markdown
    from sru_ner.evaluation_report.report import write_report
    from sru_ner.layout import HARMONIZED, SuiteLayout
    from sru_ner.leakage.pairs import read_leakage
    from sru_ner.manifests.excluded import learned_corpora

    params = suite_params(params_file)
    layout = SuiteLayout(params.suite)
    split = params.evaluate.split
    learned = {}
    for name, experiment in params.experiments.items():
        corpora = learned_corpora(layout.manifest(name), HARMONIZED, experiment.sources)
        learned[name] = [corpora[source].split(part) for source, part in experiment.learned]
    with Console(stderr=True).status("computing figures"):
        findings = gather(
            params,
            decisions=layout.decisions(),
            dev_decisions=layout.dev_decisions(),
            tested=[Corpus(HARMONIZED, name).split(split) for name in params.evaluate.tested],
            leakage=read_leakage(layout.leakage),
            learned=learned,
        )
        tables = {name: layout.training_report(name) / "curves.csv" for name in params.experiments}
        write_report(
            layout.evaluation_report,
            layout.evaluation_data,
            findings,
            params,
            training={name: path for name, path in tables.items() if path.is_file()},
            runs_page=layout.runs_page,
        )
    if markdown:
        typer.echo(as_markdown(findings))
    typer.echo(f"Report: {layout.evaluation_report / 'index.html'}", err=markdown)
