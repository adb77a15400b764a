"""`sru-ner judge size`: how many items have to be judged."""

from typing import Annotated

import typer


def size(
    within: Annotated[
        float, typer.Option(help="Half the width of the interval: 0.05 for ± 5 points.")
    ] = 0.05,
    precision: Annotated[
        float, typer.Option(help="Precision that you expect; 0.5 is the worst case.")
    ] = 0.5,
    level: Annotated[float, typer.Option(help="Confidence level of the interval.")] = 0.95,
    of: Annotated[
        int | None, typer.Option(help="Number of all predictions; fewer need fewer judged.", min=1)
    ] = None,
    types: Annotated[int, typer.Option(help="Types, each with an interval of its own.", min=1)] = 1,
) -> None:
    """Print how many items to judge for a precision with an interval of a given width."""
    from sru_ner.assessment.size import items_needed
    from sru_ner.rendering.amounts import counted

    each = items_needed(within, precision=precision, level=level, population=of)
    text = f"{counted(each, 'item')} for a precision of {precision:g} ± {within:g}"
    typer.echo(f"{text} ({level:.0%} interval)")
    if types > 1:
        typer.echo(f"{each * types} items, if each of {types} types has such an interval")
