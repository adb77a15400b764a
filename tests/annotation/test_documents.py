import itertools
from collections.abc import Iterable, Iterator

from sru_ner.annotation.documents import (
    Options,
    Passage,
    TextDocument,
    annotate_documents,
)
from sru_ner.annotation.job import Job
from sru_ner.inference.spans import AnnotatedSpan

OPTIONS = Options(batch_size=4, types=None, threshold=0.5, overlaps="all", style="any")
TWO = TextDocument(
    "7",
    "Aspirin treats headache in mice.  The unknown headache - aspirin.",
    (Passage(0, "title"), Passage(34, "abstract")),
)


def test_passages_are_annotated_apart_and_offsets_are_the_documents(job: Job) -> None:
    annotator = job.annotator()
    documents = [TextDocument("6", "Mice."), TWO, TextDocument("8", "")]
    plain, found, empty = annotate_documents(annotator, documents, OPTIONS)
    assert [a.document.id for a in (plain, found, empty)] == ["6", "7", "8"]
    assert empty.spans == ()
    alone = [annotator(TWO.text[start:end]) for start, end in TWO.ranges()]
    assert [s.text for s in found.spans] == [s.text for spans in alone for s in spans]
    assert all(TWO.text[s.start : s.end] == s.text for s in found.spans)
    assert {s.text for s in found.spans} >= {"Aspirin", "headache"}
    assert all(s.score == round(s.score, 4) for s in found.spans)


def test_documents_may_be_endless_and_few_are_held() -> None:
    held = []

    class OneAtATime:
        def annotate(self, texts: Iterable[str], **options: object) -> Iterator[list]:
            for text in texts:
                yield [AnnotatedSpan(0, len(text), text, "Gene", 0.9, ())]

    def documents() -> Iterator[TextDocument]:
        for number in itertools.count():
            held.append(number)
            yield TextDocument(str(number), "x")

    some = itertools.islice(annotate_documents(OneAtATime(), documents(), OPTIONS), 9)  # type: ignore[arg-type]
    assert [a.document.id for a in some] == [str(n) for n in range(9)]
    assert len(held) == 9
