"""`sru-ner corpora inventory`: a table of the types that each corpus marks."""

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
        Path | None, typer.Option(help="Write to this file, .csv, .md, .png or .html.")
    ] = None,
) -> None:
    """Show the types that each corpus marks, those that a coarser type covers, and those unknown.

    The table has numbers of mentions for harmonised corpora, and the catalog's types for others.
    """
    from sru_ner.corpora.catalog import find_source, load_catalog
    from sru_ner.dataset.corpus import Corpus, harmonized_sources
    from sru_ner.inventories.exports import as_text, write
    from sru_ner.inventories.table import from_catalog, from_corpus, tabulate
    from sru_ner.rendering.amounts import counted

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
        sources, types = counted(len(table.sources), "source"), counted(len(table.types), "type")
        typer.echo(f"{sources}, {types}: {output}")
    else:
        typer.echo(as_text(table))
