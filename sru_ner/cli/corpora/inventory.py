"""`sru-ner corpora inventory`: which types each corpus marks."""

from pathlib import Path
from typing import Annotated

import typer

from sru_ner.layout import HARMONIZED


def inventory(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME…", help="Corpora; default: the catalog.")
    ] = None,
    harmonized: Annotated[Path, typer.Option(help="Folder of the harmonised tables.")] = HARMONIZED,
    output: Annotated[
        Path | None, typer.Option(help="Write it to a file: .csv, .md, .png or .html.")
    ] = None,
) -> None:
    """Show which types each corpus marks, which a coarser one covers, and which are unknown.

    Mentions are counted where a corpus is harmonised; of others the catalog is shown.
    """
    from sru_ner.corpora.catalog import find_source, load_catalog
    from sru_ner.dataset.corpus import Corpus, harmonized_sources
    from sru_ner.inventories.exports import as_text, write
    from sru_ner.inventories.table import from_catalog, from_corpus, tabulate

    here = set(harmonized_sources(harmonized))
    table = tabulate(
        [
            from_corpus(Corpus(harmonized, name))
            if name in here
            else from_catalog(find_source(name))
            for name in (names or load_catalog())
        ]
    )
    if output:
        write(table, output)
        typer.echo(f"{len(table.sources)} sources, {len(table.types)} types: {output}")
    else:
        typer.echo(as_text(table))
