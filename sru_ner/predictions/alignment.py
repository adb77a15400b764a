"""Compare the texts of two files, and carry mentions over from one version of a text to another.

Offsets are valid in one text only. Another version of it, with another Unicode form, other white
space or a few more characters, moves every mention behind the first difference. So texts are
compared before anything is scored.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from unicodedata import normalize

Kind = Literal["white space", "Unicode form", "white space and Unicode form", "characters"]

EXCERPT = 24
"""Characters that are shown after the first difference; half as many before it."""
SAME_TEXT = 0.5
"""Lowest similarity of two versions of one text."""


@dataclass(frozen=True, slots=True)
class Difference:
    """First difference between two texts of one document."""

    document_id: str
    kind: Kind
    """What has to be ignored for the texts to be equal; `characters` if they differ in more."""
    offset: int
    """Offset of the first code point that differs, in both texts."""
    gold: str
    """Excerpt of the gold text around the difference."""
    predicted: str
    """Excerpt of the predicted text around the difference."""
    gold_place: str
    """Place of the gold document, `<file>:<line>`."""
    predicted_place: str
    """Place of the predicted document, `<file>:<line>`."""

    def __str__(self) -> str:
        return (
            f"document {self.document_id} differs in {self.kind} from character {self.offset} on:\n"
            f"    {self.gold!r} in {self.gold_place}\n"
            f"    {self.predicted!r} in {self.predicted_place}"
        )


def find_difference(
    document_id: str, gold: str, predicted: str, *, gold_place: str, predicted_place: str
) -> Difference | None:
    """Return the first difference of two texts, or None if they are equal."""
    if gold == predicted:
        return None
    pairs = enumerate(zip(gold, predicted, strict=False))
    offset = next((i for i, (a, b) in pairs if a != b), min(len(gold), len(predicted)))
    shown = slice(max(0, offset - EXCERPT // 2), offset + EXCERPT)
    return Difference(
        document_id,
        _kind(gold, predicted),
        offset,
        gold[shown],
        predicted[shown],
        gold_place,
        predicted_place,
    )


def squeezed(text: str) -> str:
    """Return a text without white space, in Unicode's compatibility form (NFKC)."""
    return "".join(normalize("NFKC", text).split())


def _kind(gold: str, predicted: str) -> Kind:
    if "".join(gold.split()) == "".join(predicted.split()):
        return "white space"
    if normalize("NFKC", gold) == normalize("NFKC", predicted):
        return "Unicode form"
    if squeezed(gold) == squeezed(predicted):
        return "white space and Unicode form"
    return "characters"


@dataclass(frozen=True, slots=True)
class Alignment:
    """Corresponding stretches of two versions of a text, in their order."""

    origins: tuple[tuple[int, int], ...]
    """(start, end) of each stretch in the text that mentions are carried from."""
    targets: tuple[tuple[int, int], ...]
    """(start, end) of each stretch in the other text; equal stretches have equal lengths."""
    equal: tuple[bool, ...]
    """Whether the two versions of each stretch are equal."""

    def carry(self, start: int, end: int) -> tuple[int, int] | None:
        """Return a mention's offsets in the other text; None if one end has no counterpart there.

        An end inside a changed stretch has none; an end at the border of a stretch has one.
        """
        if not 0 <= start < end <= (self.origins[-1][1] if self.origins else 0):
            return None
        first, last = self._stretch(start), self._stretch(end - 1)
        (origin, _), (target, target_end) = self.origins[first], self.targets[first]
        if self.equal[first]:
            moved_start = target + start - origin
        elif start == origin and target < target_end:
            moved_start = target
        else:
            return None
        (origin, origin_end), (target, target_end) = self.origins[last], self.targets[last]
        if self.equal[last]:
            moved_end = target + end - origin
        elif end == origin_end and target < target_end:
            moved_end = target_end
        else:
            return None
        return moved_start, moved_end

    def _stretch(self, offset: int) -> int:
        # After a stretch that is empty here, the next stretch holds the character.
        return bisect_right(self.origins, offset, key=lambda stretch: stretch[0]) - 1


def align(text: str, other: str) -> Alignment | None:
    """Align two versions of a text by the fewest edits; None if the texts are too different."""
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415  (rarely used)

    if Levenshtein.normalized_similarity(text, other) < SAME_TEXT:
        return None
    stretches: list[tuple[int, int, int, int, bool]] = []
    for edit in Levenshtein.opcodes(text, other):
        equal = edit.tag == "equal"
        here, there = (edit.src_start, edit.src_end), (edit.dest_start, edit.dest_end)
        if stretches and not equal and not stretches[-1][4]:
            # Neighbouring edits are one change: β for beta replaces one letter and adds three.
            previous = stretches.pop()
            here, there = (previous[0], here[1]), (previous[2], there[1])
        stretches.append((*here, *there, equal))
    return Alignment(
        tuple((a, b) for a, b, *_ in stretches),
        tuple((c, d) for _, _, c, d, _ in stretches),
        tuple(equal for *_, equal in stretches),
    )


def pair_documents(
    gold: Mapping[str, str], predicted: Mapping[str, str]
) -> tuple[dict[str, str], int]:
    """Pair gold and predicted documents, both given as identifier → text.

    Documents are paired by identifier. The rest is paired by text, without regard to white space
    and Unicode form, where exactly one document of each side has the text. Returns gold → predicted
    identifier, and the number of pairs that were found by text.
    """
    pairs = {name: name for name in gold if name in predicted}
    left = _by_text({name: text for name, text in gold.items() if name not in pairs})
    right = _by_text({name: text for name, text in predicted.items() if name not in pairs})
    by_text = {left[text]: right[text] for text in left if text in right}
    return {name: pairs.get(name) or by_text[name] for name in gold
            if name in pairs or name in by_text}, len(by_text)  # fmt: skip


def _by_text(documents: Mapping[str, str]) -> dict[str, str]:
    """Return text → identifier for the texts that only one document has."""
    found: dict[str, list[str]] = {}
    for name, text in documents.items():
        found.setdefault(squeezed(text), []).append(name)
    return {text: names[0] for text, names in found.items() if text and len(names) == 1}
