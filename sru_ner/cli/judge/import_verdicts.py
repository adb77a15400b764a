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
    from sru_ner.assessment.agreement import agreement
    from sru_ner.assessment.items import ITEMS, read_items
    from sru_ner.assessment.judged_folder import ADJUDICATION, FAULTS, check_judged, write_judged
    from sru_ner.assessment.judgement_report import write_report
    from sru_ner.assessment.judgements import read_judgements, sources_of
    from sru_ner.assessment.key import KEY, read_key
    from sru_ner.assessment.precision import estimate
    from sru_ner.cli.options import read_pairs
    from sru_ner.rendering.amounts import counted, percent

    check_judged(output)
    items = read_items(sample / ITEMS)
    key = read_key(sample / KEY, digest=items.digest)
    names = {Path(file): name for file, name in read_pairs(assessor, "--assessor").items()}
    judgements = read_judgements(items, sources_of(files, names), adjudicated or ())
    precision, agreements = estimate(key, judgements), agreement(judgements)
    write_judged(output, judgements)
    title = f"{sample.name}: judged by people"
    place = report or output / "report"
    write_report(place, judgements, precision, agreements, title=title, note=note)
    for each in precision:
        if each.part == "all":
            share = each.strict
            typer.echo(
                f"{each.model}: precision {percent(share.value)} ({percent(share.low)}–"
                f"{percent(share.high)}), {counted(each.judged, 'item')} judged"
            )
    left, differing = sum(judgements.missing().values()), len(judgements.disagreements())
    notes = {
        f"{counted(left, 'verdict')} missing": left,
        f"{counted(len(judgements.faults), 'fault')}: {output / FAULTS}": len(judgements.faults),
        f"{counted(differing, 'disagreement')}: {output / ADJUDICATION}": differing,
    }
    for line, number in notes.items():
        if number:
            typer.echo(f"sru-ner: {line}", err=True)
    typer.echo(f"report: {place / 'index.html'}")
