"""Converts a raw document to a document of the common schema, and says what became of mentions."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.raw import RawDocument, RawMention, RawSentence
from sru_ner.harmonize.nesting import Placed, crossing_losers, depths
from sru_ner.rendering.amounts import counted
from sru_ner.text.invisible import trim
from sru_ner.text.locate import locate
from sru_ner.text.long_sentences import LONGEST_SENTENCE
from sru_ner.text.sentences import drop_cuts, find_cuts, split_at
from sru_ner.text.words import split_words

_REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "coordinated": "one of several terms that share words",
        "discontinuous": "in pieces, with words between them",
        "empty": "there is no character between its start and its end",
        "negative_offset": "it begins before the text",
        "past_the_end": "it ends after the text",
        "quotes_another_text": "its pieces are not the text that its line quotes",
        "without_location": "its line gives no place in the text",
    }
)
"""Reason of a reader for refusing a mention → its meaning."""


@dataclass(frozen=True, slots=True)
class Span:
    """A mention of the common schema; offsets are code points in the document."""

    start: int
    end: int
    type: str
    source_type: str
    sentence_id: int
    depth: int
    crosses_sentence: bool
    fits_words: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its words; offsets are code points in the document."""

    start: int
    end: int
    words: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the common schema."""

    id: str
    text: str
    line: int
    """Line of the raw file at which the document starts."""
    sentences: tuple[Sentence, ...]
    spans: tuple[Span, ...]
    """Mentions, sorted by (start, -end, type)."""
    annotated_types: tuple[str, ...] | None = None
    """Types marked in this document, sorted; None means all types of the source."""
    judged: tuple[Placed, ...] = ()
    """Places that people judged for other types: those of `spans`, and those that are none."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """Counts of a raw document's mentions, each of which was kept, dropped or refused."""

    in_file: int
    kept: int
    repaired: int
    """Number of kept mentions that differ from what their line says."""
    dropped: Counter[str]
    """Mentions left out because the catalog maps their type to null, by source type."""
    incidents: tuple[Incident, ...]
    merged_sentences: int
    """Number of sentence ends that were dropped because they are inside a mention."""

    @property
    def refused(self) -> int:
        """Return the number of mentions that were refused because something is wrong with them."""
        return sum(i.mentions for i in self.incidents if i.outcome == "refused")


def convert(
    raw: RawDocument,
    types: Mapping[str, str | None],
    annotated_types: Sequence[str] | None = None,
) -> tuple[Document, Conversion]:
    """Convert a raw document to the common schema.

    `types` maps the corpus's types to the harmonised ones; null drops a type's mentions.
    `annotated_types` are the harmonised types marked in the document's file; None means all types
    of the source. If the document has such a list itself, that list counts instead. Mentions of
    other types contradict the list and are refused.
    """
    dropped = Counter(m.type for m in raw.mentions if types.get(m.type, "") is None)
    annotated, incidents = _annotated_types(raw, types, annotated_types)
    looked_at = _looked_at(raw, types, annotated)
    found, refused = _place(raw, types, annotated, looked_at)
    incidents += refused
    order = sorted(found, key=lambda p: (p.start, -p.end, p.type))

    sentences, merged, cut = _sentences(raw, order)
    incidents += cut
    firsts = [sentence.start for sentence in sentences]
    word_starts = {start for sentence in sentences for start, _ in sentence.words}
    word_ends = {end for sentence in sentences for _, end in sentence.words}
    spans = []
    for place, depth in zip(order, depths(order), strict=True):
        sentence_id = max(0, bisect_right(firsts, place.start) - 1)
        home = sentences[sentence_id]
        spans.append(
            Span(
                start=place.start,
                end=place.end,
                type=place.type,
                source_type=found[place].type,
                sentence_id=sentence_id,
                depth=depth,
                crosses_sentence=place.start < home.start or place.end > home.end,
                fits_words=place.start in word_starts and place.end in word_ends,
            )
        )
    judged = _judged(raw, types, found, looked_at)
    document = Document(raw.id, raw.text, raw.line, sentences, tuple(spans), annotated, judged)
    conversion = Conversion(
        in_file=len(raw.mentions),
        kept=len(spans),
        repaired=sum(i.outcome == "repaired" for i in incidents),
        dropped=dropped,
        incidents=tuple(incidents),
        merged_sentences=merged,
    )
    return document, conversion


def _annotated_types(
    raw: RawDocument, types: Mapping[str, str | None], in_file: Sequence[str] | None
) -> tuple[tuple[str, ...] | None, list[Incident]]:
    """Return the types marked in a document, None if all are, and incidents of its own list."""
    if raw.annotated_types is None:
        return (None if in_file is None else tuple(sorted(in_file))), []
    incidents = [
        Incident("noted", "unknown_annotated_type", raw.line, f"{t} is not in the type map", 0)
        for t in raw.annotated_types
        if t not in types
    ]
    kept = {type_ for t in raw.annotated_types if (type_ := types.get(t)) is not None}
    return tuple(sorted(kept)), incidents


def _place(
    raw: RawDocument,
    types: Mapping[str, str | None],
    annotated: Sequence[str] | None,
    looked_at: Collection[Placed],
) -> tuple[dict[Placed, RawMention], list[Incident]]:
    """Return the mentions that can be used, by place and type, and incidents of all mentions."""
    found: dict[Placed, RawMention] = {}
    repairs: dict[Placed, Incident] = {}
    incidents: list[Incident] = []
    for mention in raw.mentions:
        if mention.type not in types:
            incidents.append(_refuse(mention, "unknown_type", "not in the catalog's type map"))
            continue
        type_ = types[mention.type]
        if type_ is None:
            continue
        place = Placed(mention.start, mention.end, type_)
        if annotated is not None and type_ not in annotated and place not in looked_at:
            incidents.append(_refuse(mention, "not_annotated_here", "its type was not looked for"))
            continue
        if mention.refusal:
            incidents.append(_refuse(mention, mention.refusal, _REFUSALS[mention.refusal]))
            continue
        located = locate(raw.text, mention.start, mention.end, mention.text)
        if located.span is None:
            why = "not clear where in the text it is meant to be"
            incidents.append(_refuse(mention, str(located.flaw), why))
            continue
        place = Placed(*located.span, type_)
        if place in found:
            first = f"the mention of line {found[place].line} once more"
            incidents.append(_refuse(mention, "duplicate", first))
            continue
        found[place] = mention
        flaw = located.flaw or mention.flaw
        if flaw:
            same = located.span == (mention.start, mention.end)
            taken = "where it says" if same else f"as {place.start}-{place.end}"
            detail = f"{_show(mention)} taken {taken}"
            repairs[place] = Incident("repaired", flaw, mention.line, detail)
    for place, winner in crossing_losers(list(found)).items():
        crossed = f"crosses the longer {winner.start}-{winner.end}"
        incidents.append(_refuse(found.pop(place), "crosses_same_type", crossed))
        repairs.pop(place, None)
    incidents += repairs.values()
    return found, sorted(incidents, key=lambda i: i.line)


def _looked_at(
    raw: RawDocument, types: Mapping[str, str | None], annotated: Sequence[str] | None
) -> set[Placed]:
    """Return the judged places of types that were not looked for in the whole document."""
    if annotated is None:
        return set()
    places = ((start, end, types.get(type_)) for start, end, type_ in raw.judged)
    return {
        Placed(start, end, type_)
        for start, end, type_ in places
        if type_ is not None and type_ not in annotated and 0 <= start < end <= len(raw.text)
    }


def _judged(
    raw: RawDocument,
    types: Mapping[str, str | None],
    found: Mapping[Placed, RawMention],
    looked_at: Collection[Placed],
) -> tuple[Placed, ...]:
    """Return the judged places, without those of mentions that were refused."""
    given = {Placed(m.start, m.end, types.get(m.type) or "") for m in raw.mentions}
    # A mention may have been moved by what surrounds it, such as a blank.
    kept = {place for place, m in found.items() if Placed(m.start, m.end, place.type) in looked_at}
    return tuple(sorted(kept | (set(looked_at) - given)))


def _refuse(mention: RawMention, reason: str, why: str) -> Incident:
    return Incident("refused", reason, mention.line, f"{_show(mention)}: {why}")


def _show(mention: RawMention) -> str:
    # Never the text: reports are published, and the text is not ours. File and line lead to it.
    return f"{mention.start}-{mention.end} ({mention.type})"


def _sentences(
    raw: RawDocument, places: list[Placed]
) -> tuple[tuple[Sentence, ...], int, list[Incident]]:
    """Return the sentences, the number of dropped ends, and incidents of sentences too long.

    The sentences are the corpus's own, or else the splitter's. All have words: one of characters
    that cannot be seen is left out.
    """
    if raw.sentences is not None:
        own = (_with_words(raw.text, sentence) for sentence in raw.sentences)
        return tuple(sentence for sentence in own if sentence.words), 0, []
    cuts = set(raw.passage_cuts)
    forced: set[int] = set()
    for start, end in pairwise([0, *raw.passage_cuts, len(raw.text)]):
        found = find_cuts(raw.text[start:end])
        cuts.update(start + cut for cut in found.places)
        forced.update(start + cut for cut in found.forced)
    taken = drop_cuts(sorted(cuts), [(place.start, place.end) for place in places])
    sentences = tuple(
        _with_words(raw.text, RawSentence(start, end, None))
        for start, end in split_at(raw.text, taken)
    )
    incidents = []
    if further := len(forced.intersection(taken)):
        detail = (
            f"text of {raw.id} without sentence ends, longer than {LONGEST_SENTENCE:,} characters,"
            f" was cut at {counted(further, 'further place')}"
        )
        incidents.append(Incident("noted", "too_long_sentence", raw.line, detail, 0))
    return sentences, len(cuts) - len(taken), incidents


def _with_words(text: str, sentence: RawSentence) -> Sentence:
    if sentence.words is None:
        words = split_words(text[sentence.start : sentence.end], sentence.start)
    else:
        # Mentions are trimmed, too, so that they still begin and end with words.
        trimmed = (trim(text, start, end) for start, end in sentence.words)
        words = [(start, end) for start, end in trimmed if start < end]
    return Sentence(sentence.start, sentence.end, tuple(words))
