"""Whether two files are about the same texts, and carrying mentions from one text to another.

Offsets mean something in one text only. A version of a text with another Unicode form, another
white space or a few characters more moves every mention behind the first difference, so texts are
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
"""Similarity below which two texts are not versions of one."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How two texts of one document differ."""

    document_id: str
    kind: Kind
    """What has to be taken as equal for them to be; `characters` where that is not enough."""
    offset: int
    """First code point that differs; the same in both, as all before it is."""
    gold: str
    """Excerpt around it."""
    predicted: str
    gold_place: str
    """`<file>:<line>` of the document."""
    predicted_place: str

    def __str__(self) -> str:
        return (
            f"document {self.document_id} differs in {self.kind} from character {self.offset} on:\n"
            f"    {self.gold!r} in {self.gold_place}\n"
            f"    {self.predicted!r} in {self.predicted_place}"
        )


def find_difference(
    document_id: str, gold: str, predicted: str, *, gold_place: str, predicted_place: str
) -> Difference | None:
    """The first difference of two texts; None where there is none."""
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
    """A text without its white space, in Unicode's compatibility form."""
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
    """Which stretches of a text are which of another version of it, in order."""

    origins: tuple[tuple[int, int], ...]
    """(start, end) in the text that mentions are carried from."""
    targets: tuple[tuple[int, int], ...]
    """(start, end) in the other; of the same length where both stretches are equal."""
    equal: tuple[bool, ...]

    def carry(self, start: int, end: int) -> tuple[int, int] | None:
        """The mention in the other text; None where one of its ends has no counterpart there.

        An end inside a stretch that was changed has none; at the border of one it has.
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
        # Of a stretch that is empty here and the one behind it, the latter holds the character.
        return bisect_right(self.origins, offset, key=lambda stretch: stretch[0]) - 1


def align(text: str, other: str) -> Alignment | None:
    """Align a text with another version by the fewest edits; None if it is no version of it."""
    from rapidfuzz.distance import Levenshtein  # noqa: PLC0415  (asked for by few)

    if Levenshtein.normalized_similarity(text, other) < SAME_TEXT:
        return None
    stretches: list[tuple[int, int, int, int, bool]] = []
    for edit in Levenshtein.opcodes(text, other):
        equal = edit.tag == "equal"
        here, there = (edit.src_start, edit.src_end), (edit.dest_start, edit.dest_end)
        if stretches and not equal and not stretches[-1][4]:
            # Neighbouring edits are one change: β for beta is a character and three.
            begun = stretches.pop()
            here, there = (begun[0], here[1]), (begun[2], there[1])
        stretches.append((*here, *there, equal))
    return Alignment(
        tuple((a, b) for a, b, *_ in stretches),
        tuple((c, d) for _, _, c, d, _ in stretches),
        tuple(equal for *_, equal in stretches),
    )


def pair_documents(
    gold: Mapping[str, str], predicted: Mapping[str, str]
) -> tuple[dict[str, str], int]:
    """Which predicted document is which gold one, both identifier → text.

    By identifier; those left over by their text, white space and Unicode form aside, where just
    one on each side has it. Returns gold → predicted identifier, and how many were found by text.
    """
    pairs = {name: name for name in gold if name in predicted}
    left = _by_text({name: text for name, text in gold.items() if name not in pairs})
    right = _by_text({name: text for name, text in predicted.items() if name not in pairs})
    by_text = {left[text]: right[text] for text in left if text in right}
    return {name: pairs.get(name) or by_text[name] for name in gold
            if name in pairs or name in by_text}, len(by_text)  # fmt: skip


def _by_text(documents: Mapping[str, str]) -> dict[str, str]:
    """Text → identifier, of texts that only one document has."""
    found: dict[str, list[str]] = {}
    for name, text in documents.items():
        found.setdefault(squeezed(text), []).append(name)
    return {text: names[0] for text, names in found.items() if text and len(names) == 1}
