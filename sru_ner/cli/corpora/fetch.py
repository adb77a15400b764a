"""`sru-ner corpora fetch`: gets the raw files of corpora."""

from pathlib import Path
from typing import Annotated

import typer

from sru_ner.layout import RAW


def fetch(
    names: Annotated[list[str], typer.Argument(metavar="NAME", help="Corpora to fetch.")],
    output: Annotated[Path, typer.Option(help="Folder of the raw files.")] = RAW,
) -> None:
    """Fetch raw files from $SRU_NER_MIRROR or the network, or generate them."""
    from sru_ner.cli.project_folder import enter_project
    from sru_ner.corpora.catalog import find_source
    from sru_ner.corpora.fetch import fetch_source
    from sru_ner.dataset.schema import SPLITS
    from sru_ner.rendering.amounts import counted

    enter_project()
    # All names are looked up first, so that an unknown one is an error before any download.
    sources = [find_source(name) for name in names]
    for source in sources:
        files = fetch_source(source, output)
        lacking = [split for split in SPLITS if split not in source.splits]
        size = sum(path.stat().st_size for path in files)
        typer.echo(
            f"{source.name}: {counted(len(files), 'file')}, {size / 1e6:.1f} MB,"
            f" {output / source.name}" + (f" (no {' and no '.join(lacking)} split)" * bool(lacking))
        )
