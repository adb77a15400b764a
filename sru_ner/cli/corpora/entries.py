"""`sru-ner corpora entries`: a file for each corpus of the catalog, on which its stages depend."""

from pathlib import Path
from typing import Annotated

import typer

from sru_ner.layout import CATALOG_ENTRIES


def entries(
    output: Annotated[Path, typer.Option(help="Folder to write to.")] = CATALOG_ENTRIES,
) -> None:
    """Write each corpus's entry to a file of its own, so that a change concerns one corpus only."""
    from sru_ner.cli.project_folder import enter_project
    from sru_ner.corpora.catalog import load_catalog, write_entries
    from sru_ner.rendering.amounts import counted

    enter_project()
    catalog = load_catalog()
    write_entries(output, catalog.values())
    typer.echo(f"{counted(len(catalog), 'corpus', 'corpora')}: {output}")
