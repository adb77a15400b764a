"""`sru-ner corpora fetch`: the raw files of corpora."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sru_ner.layout import RAW

if TYPE_CHECKING:
    pass


def fetch(
    names: Annotated[list[str], typer.Argument(metavar="NAME…", help="Corpora to fetch.")],
    output: Annotated[Path, typer.Option(help="Folder of the raw files.")] = RAW,
) -> None:
    """Fetch raw files: from $SRU_NER_MIRROR, else from the network, else by the generator."""
    from sru_ner.corpora.catalog import find_source
    from sru_ner.corpora.fetch import fetch_source

    sources = [find_source(name) for name in names]  # an unknown name stops it before any download
    for source in sources:
        files = fetch_source(source, output)
        size = sum(path.stat().st_size for path in files)
        typer.echo(
            f"{source.name}: {len(files)} files, {size / 1e6:.1f} MB, {output / source.name}"
        )
