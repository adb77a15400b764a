from sru_ner.data_report.examples import choose_examples, levels
from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.sentences import Mention


def test_levels():
    inner, outer = Mention(1, 2, "Gene"), Mention(0, 3, "Gene")
    assert levels([]) == 0
    assert levels([inner, Mention(4, 5, "Gene")]) == 1
    assert levels([inner, outer]) == 2
    assert levels([inner, outer, Mention(0, 9, "Disease")]) == 3
    # Two types of one span are next to each other, not inside.
    assert levels([inner, Mention(1, 2, "Species")]) == 1


def test_nested_and_varied_sentences_come_first_and_none_twice(corpora):
    examples = choose_examples(Corpus(corpora / "harmonized", "fevers"))
    assert len({example.text for example in examples}) == len(examples)
    first = examples[0]
    assert {type_ for _, _, type_ in first.mentions} == {"Disease", "Species"}
    marked = [first.text[start:end] for start, end, _ in first.mentions]
    assert marked[:2] == ["velmar fever", "fever"]
    assert choose_examples(Corpus(corpora / "harmonized", "fevers")) == examples
