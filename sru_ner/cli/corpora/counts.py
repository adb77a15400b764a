"""`sru-ner corpora counts`: numbers of mentions in the files, kept and published."""

from pathlib import Path
from typing import Annotated

import typer

from sru_ner.layout import HARMONIZE_REPORTS


def counts(
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="Harmonised corpora.")],
    reports: Annotated[Path, typer.Option(help="Folder of the reports.")] = HARMONIZE_REPORTS,
    output: Annotated[Path | None, typer.Option(help="Write to this file, .csv or .md.")] = None,
) -> None:
    """Compare the numbers of mentions in the files, kept and published, and say why they differ."""
    from sru_ner.corpora.catalog import find_source
    from sru_ner.corpora.counts import as_csv, as_markdown, count_rows
    from sru_ner.files import write_text

    rows = count_rows([find_source(name) for name in names], reports)
    text = as_csv(rows) if output and output.suffix == ".csv" else as_markdown(rows)
    if output:
        write_text(output, text)
    else:
        typer.echo(text)
