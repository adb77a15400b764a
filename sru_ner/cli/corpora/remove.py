"""`sru-ner corpora remove`: removes a corpus of the user's own, with all that was made of it."""

from pathlib import Path
from typing import Annotated

import typer

from sru_ner.layout import HARMONIZE_REPORTS, HARMONIZED, RAW


def remove(
    name: Annotated[str, typer.Argument(help="Name of a corpus that you added.")],
    catalog: Annotated[
        Path | None,
        typer.Option(
            help="Folder of your own corpora.", envvar="SRU_NER_CATALOG", show_default="corpora"
        ),
    ] = None,
    raw: Annotated[Path, typer.Option(help="Folder of the raw files.")] = RAW,
    harmonized: Annotated[Path, typer.Option(help="Folder of the harmonised tables.")] = HARMONIZED,
    reports: Annotated[Path, typer.Option(help="Folder of the reports.")] = HARMONIZE_REPORTS,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a corpus of your own: its entry, raw files, harmonised tables and report.

    Models that learned from it stay. The files that you added it from are not touched.
    """
    from sru_ner.adding.removal import paths_of
    from sru_ner.adding.removal import remove as remove_path
    from sru_ner.corpora.catalog import OWN_CORPORA

    paths = paths_of(name, catalog or OWN_CORPORA, raw, harmonized, reports)
    for path in paths:
        typer.echo(path)
    if not yes and not typer.confirm(f"Remove all this of {name}?"):
        typer.echo("Nothing was removed.")
        raise typer.Exit(1)
    # The entry goes last: what is left after an interruption can be removed by another call.
    for path in reversed(paths):
        remove_path(path)
    typer.echo(f"Removed {name}. A suite that names it cannot run any more.")
