"""`sru-ner judge import`: read the verdicts of people, and count."""

from pathlib import Path
from typing import Annotated

import typer

from sru_ner.cli.judge.options import SampleFolder


def import_verdicts(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="What the page, a sheet or a tool gave for each assessor. A folder that no tool"
            " wrote stands for all files in it.",
            metavar="FILE",
        ),
    ],
    sample: SampleFolder,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Folder for verdicts, faults and disagreements.")
    ],
    report: Annotated[
        Path | None,
        typer.Option(help="Folder for the report; default: report, in the output folder."),
    ] = None,
    assessor: Annotated[
        list[str] | None,
        typer.Option(help="FILE=NAME: who judged; default: as the file says, or its name."),
    ] = None,
    adjudicated: Annotated[
        list[Path] | None,
        typer.Option(help="Filled-in adjudication.xlsx: what it says settles disagreements."),
    ] = None,
    note: Annotated[str, typer.Option(help="A sentence that the report shows first.")] = "",
) -> None:
    """Read the verdicts of several assessors, check them, and write a report.

    The report has each model's precision with intervals, and the agreement of the assessors. What
    is wrong in a file is listed in faults.csv, and the rest of the file counts. Items on which
    assessors differ are in adjudication.xlsx: fill it in, and give it back with --adjudicated.
    """
    from sru_ner.assessment import import_verdicts as importing
    from sru_ner.cli.options import read_pairs

    names = read_pairs(assessor, "--assessor")
    found = importing.import_verdicts(
        sample,
        files,
        output=output,
        report=report or output / "report",
        title=f"{sample.name}: verdicts on predictions",
        names={Path(file): name for file, name in names.items()},
        adjudicated=adjudicated or (),
        note=note,
    )
    for line in found.figures:
        typer.echo(line)
    for line in found.remarks:
        typer.echo(f"sru-ner: {line}", err=True)
