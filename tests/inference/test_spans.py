from sru_ner.inference.spans import AnnotatedSpan, consistent, flatten, merge_labels
from sru_ner.model.prediction import Prediction


def test_labels_of_one_type_at_one_place_are_one_span() -> None:
    words = [(0, 7), (8, 16)]
    predictions = [
        Prediction(0, 2, "a$Disease", 0.7),
        Prediction(0, 2, "b$Disease", 0.9),
        Prediction(1, 2, "a$Disease", 0.6),
    ]
    outer, inner = merge_labels(
        "unknown headache", words, predictions, style="any", labels=["a$Disease", "b$Disease"]
    )
    assert (outer.text, outer.score) == ("unknown headache", 0.9)
    assert outer.labels == ("a$Disease", "b$Disease")
    assert (inner.start, inner.end, inner.text) == (8, 16, "headache")
    assert inner.as_dict()["labels"] == ["a$Disease"]


def test_flat_spans_keep_their_order_and_do_not_overlap() -> None:
    def span(start: int, end: int, score: float) -> AnnotatedSpan:
        return AnnotatedSpan(start, end, "x" * (end - start), "Gene", score, ("Gene",))

    outer, inner, last = span(0, 8, 0.9), span(4, 8, 0.8), span(9, 12, 0.6)
    assert flatten([outer, inner, last]) == [outer, last]
    assert flatten([inner, last]) == [inner, last]
    assert flatten([]) == []


def test_of_exclusive_types_the_likelier_span_is_kept() -> None:
    gene = AnnotatedSpan(0, 4, "EPO ", "Gene", 0.8, ("Gene",))
    drug = AnnotatedSpan(0, 4, "EPO ", "Chemical", 0.7, ("Chemical",))
    assert consistent([drug, gene], [["Gene", "Chemical"]]) == [gene]
    assert consistent([drug, gene], []) == [drug, gene]
