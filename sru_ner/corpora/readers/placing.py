"""Makes a mention from the offsets in its line."""

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
    """Return the mention of `text` with these `fragments`, (start, end) in code points.

    `quoted` is the mention's text according to the file, or None if the format has no quotation.
    Several fragments are joined if only white space is between them. A mention that cannot be used
    has a `refusal`: `discontinuous`, `empty` or `negative_offset`. A discontinuous mention keeps
    its fragments for `readers/discontinuous.py`. Fragments and mentions without a
    quotation cannot be searched for, so they may also have `past_the_end` or
    `quotes_another_text`.
    """
    start, end = min(a for a, _ in fragments), max(b for _, b in fragments)
    flaw = refusal = None
    if start < 0:
        refusal = "negative_offset"
    elif start >= end:
        refusal = "empty"
    elif len(fragments) > 1:
        refusal = _why_not_joined(text, fragments, quoted)
        flaw = None if refusal else "joined_fragments"
    elif quoted is None and end > len(text):
        refusal = "past_the_end"
    if refusal == "discontinuous":
        joined = " ".join(text[a:b] for a, b in fragments) if quoted is None else quoted
        return RawMention(start, end, joined, type_, line, None, refusal, tuple(fragments))
    if quoted is None or flaw:
        quoted = text[start:end] if start >= 0 else ""
    return RawMention(start, end, quoted, type_, line, flaw, refusal)


def _why_not_joined(
    text: str, fragments: Sequence[tuple[int, int]], quoted: str | None
) -> str | None:
    """Return the reason why fragments cannot be joined; None if they can."""
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
