"""Tells users of the mentions in pieces in their files, and between what they can choose."""

from collections.abc import Sequence

from sru_ner.rendering.amounts import counted

SHOWN = 3
"""Largest number of mentions that are quoted."""


def pieces_notes(texts: Sequence[str]) -> list[str]:
    """Return a sentence on mentions in pieces, given their texts; no sentence if there are none."""
    if not texts:
        return []
    shown = ", ".join(repr(" ".join(text.split())) for text in dict.fromkeys(texts[:SHOWN]))
    are = "is" if len(texts) == 1 else "are"
    mentions = counted(len(texts), "mention")
    return [
        f"{mentions} in pieces, with words between them, {are} refused: {shown}."
        " Choose what becomes of them: --discontinuous hull (one mention from the first to the last"
        " piece), parts (one for each piece) or refuse."
    ]
