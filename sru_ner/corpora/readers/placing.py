"""From the offsets that a line gives to the mention that it means."""

from collections.abc import Sequence

from sru_ner.corpora.readers.raw import RawMention


def place_mention(
    text: str,
    fragments: Sequence[tuple[int, int]],
    *,
    type_: str,
    line: int,
    quoted: str | None = None,
) -> RawMention:
    """The mention of `text` that `fragments`, its (start, end) in code points, stand for.

    `quoted` is what the file says stands there, None in formats that do not say it. Several
    fragments are joined where only white space lies between them. What cannot be taken has a
    `refusal`: `discontinuous`, `empty`, `negative_offset`; of fragments and unquoted mentions,
    whose place nothing else tells, also `past_the_end` and `quotes_another_text`.
    """
    start, end = min(a for a, _ in fragments), max(b for _, b in fragments)
    flaw = refusal = None
    if start < 0:
        refusal = "negative_offset"
    elif start >= end:
        refusal = "empty"
    elif len(fragments) > 1:
        refusal = _obstacle(text, fragments, quoted)
        flaw = None if refusal else "joined_fragments"
    elif quoted is None and end > len(text):
        refusal = "past_the_end"
    if quoted is None or flaw:
        quoted = text[start:end] if start >= 0 else ""
    return RawMention(start, end, quoted, type_, line, flaw, refusal)


def _obstacle(text: str, fragments: Sequence[tuple[int, int]], quoted: str | None) -> str | None:
    """Why fragments cannot be joined, if so."""
    if max(end for _, end in fragments) > len(text):
        return "past_the_end"
    end = fragments[0][0]
    for start, stop in fragments:
        if not end <= start < stop or text[end:start].strip():
            return "discontinuous"
        end = stop
    if quoted is not None and quoted.split() != text[fragments[0][0] : end].split():
        return "quotes_another_text"
    return None
