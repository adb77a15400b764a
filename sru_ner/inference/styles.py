"""Styles: how the labels of several sources for one type become mentions of that type.

A model with separate types has a label for each source and type, such as `bc5cdr$Disease` and
`biored$Disease`. A style says whose mentions of a type are returned:

    any       those that any label found; the score is the highest
    mean      those whose mean score over all labels of the type is above 0.5
    vote      those that more than half of the type's labels found; the score is their mean
    a source  those that the source's own label found; a type that the source does not annotate is
              treated as in `any`

A label that did not find a mention has a score as well, which `mean` needs; `decode_spans` in
`model.decoding` defines it. A model with merged types has one label for each type: all of its
styles would be `any`, which is the only one that it takes.
"""

from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.model.labels import label_source

if TYPE_CHECKING:
    from sru_ner.model.prediction import Prediction

NAMED_STYLES = ("any", "mean", "vote")
"""Styles that are no source."""
_MEAN_ABOVE = 0.5
"""Mean score above which `mean` returns a mention; the decoder takes actions above it, too."""


def checked_style(style: str, labels: Sequence[str]) -> str:
    """Return a style that a model with these labels has.

    Raises `UnknownNameError` for another name; it lists the styles that the model has. Raises
    `InputError` for a style other than `any` if the model has merged types.
    """
    sources = sorted({source for label in labels if (source := label_source(label))})
    if style == "any":
        return style
    if not sources:
        raise InputError(
            f"the model has merged types, so its only style is 'any', not {style!r}",
            remedy="leave the style out, or train a model with `types: separate`",
        )
    if style not in NAMED_STYLES and style not in sources:
        raise UnknownNameError("style", str(style), [*NAMED_STYLES, *sources])
    return style


def merged_score(
    given: "Sequence[Prediction]", style: str, labels: Sequence[str]
) -> tuple[float, tuple[str, ...]] | None:
    """Return the score of a mention and the labels that found it, sorted; None to leave it out.

    given: predictions of labels of one type for the same words, at least one of them found; `mean`
    needs those of all labels of the type. style: see `checked_style`. labels: all labels of that
    type.
    """
    found = [p for p in given if p.found]
    if style == "mean":
        score = fmean(p.score for p in given)
        kept = score > _MEAN_ABOVE
    elif style == "vote":
        score = fmean(p.score for p in found)
        kept = 2 * len(found) > len(labels)
    else:
        if style in map(label_source, labels):
            found = [p for p in found if label_source(p.label) == style]
        score = max((p.score for p in found), default=0.0)
        kept = bool(found)
    return (score, tuple(sorted(p.label for p in found))) if kept else None
