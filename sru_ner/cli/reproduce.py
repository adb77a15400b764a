"""`sru-ner reproduce`: make a committed report again, and compare the figures."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from sru_ner.reproduction.figures import Comparison


def reproduce(
    report: Annotated[
        str, typer.Argument(help="Folder of a suite's reports, such as reports/demo, or its name.")
    ],
    commit: Annotated[
        str, typer.Option(help="Commit whose code, settings and report are taken.")
    ] = "HEAD",
    work: Annotated[
        Path | None,
        typer.Option(
            help="Folder to work in. Default: build/reproduced/SUITE.", show_default=False
        ),
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep that folder when everything is compared.")
    ] = False,
) -> None:
    """Run a suite again from the beginning, and compare with the committed report.

    Status 1: a figure differs.
    """
    import os
    import shutil

    from sru_ner.cli.project_folder import enter_project
    from sru_ner.layout import SuiteLayout
    from sru_ner.reproduction import report_files, workplace

    enter_project()
    suite = Path(report).name
    project = Path.cwd()
    work = (work or project / "build/reproduced" / suite).absolute()
    commit = workplace.find_commit(project, commit)
    before = report_files.committed(project, commit, suite)
    workplace.clone(project, work, commit)
    recorded = report_files.recorded_machine(before)
    threads = None
    if recorded and "OMP_NUM_THREADS" not in os.environ:
        threads = recorded["threads"]
    typer.echo(f"{suite} at commit {commit[:9]} runs again in {work}.", err=True)
    variables = workplace.environment(work, threads)
    workplace.prepare(project, work, suite, variables)
    workplace.run(work, ["-m", "dvc", "repro", *report_files.targets(suite, before)], variables)

    found = report_files.comparisons(before, work, suite)
    typer.echo(f"Committed: {_machine(recorded)}")
    typer.echo(f"Now:       {_machine(report_files.machine_of(work, suite))}")
    _print_files(found)
    if any(each.different for each in found) and "evaluation/matrix.json" in before:
        now = SuiteLayout(suite, work).evaluation_report / "matrix.json"
        _print_matrix(before["evaluation/matrix.json"], now.read_text(encoding="utf-8"))
    if not keep:
        shutil.rmtree(work)
    different, figures = (sum(getattr(f, key) for f in found) for key in ("different", "figures"))
    typer.echo(
        f"{different:,} of {figures:,} figures differ."
        if different
        else f"All {figures:,} figures are equal."
    )
    if different:
        raise typer.Exit(1)


def _machine(facts: Mapping[str, Any] | None) -> str:
    if facts is None:
        return "the report does not say on which machine it was made"
    packages = ", ".join(f"{name} {version}" for name, version in facts["packages"].items())
    return f"{facts['device']}, threads: {facts['threads']}, {packages}"


def _print_files(found: "list[Comparison]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("file")
    for title in ("figures", "different", "by at most"):
        table.add_column(title, justify="right")
    for each in found:
        largest = f"{each.largest:.6g}" if each.largest else ""
        table.add_row(each.file, f"{each.figures:,}", f"{each.different or 'equal'}", largest)
    Console(soft_wrap=True, highlight=False).print(table)


def _print_matrix(before: str, now: str) -> None:
    from rich.console import Console
    from rich.table import Table

    from sru_ner.rendering.amounts import percent
    from sru_ner.reproduction.report_files import matrix

    table = Table("model", "tested on", title="Micro F1 (%)")
    for title in ("committed", "now", "difference"):
        table.add_column(title, justify="right")
    again = matrix(now)
    for (model, tested), f1 in matrix(before).items():
        other = again.get((model, tested))
        difference = percent(other - f1) if f1 is not None and other is not None else "–"
        table.add_row(model, tested, percent(f1), percent(other), difference)
    Console(soft_wrap=True, highlight=False).print(table)
