from sru_ner.corpora.incidents import EXAMPLES, Incident, Incidents, place_name


def noted(reason, **where):
    return Incident("noted", reason, **where)


def test_place_says_what_is_known():
    assert Incident("noted", "r").place == ""
    assert Incident("noted", "r", 3, "no JSON", file="a.jsonl").place == "a.jsonl:3: no JSON"
    assert Incident("noted", "r", 3, part="x.ann", file="a.zip").place == "a.zip/x.ann:3"
    assert Incident("noted", "r", document="7", detail="Gene").place == "document 7: Gene"
    assert Incident("noted", "r", 3, file="a.xml", document="7").place == "a.xml:3"
    assert place_name("a.txt", "") == "a.txt"


def test_incidents_are_counted_with_the_first_place_of_each_reason():
    incidents = Incidents()
    for reason, line in (("b", 1), ("a", 1), ("b", 2)):
        incidents.add(noted(reason, line=line, file=reason))
    assert incidents.counts == {"a": 1, "b": 2}
    assert incidents.first == {"a": "a:1", "b": "b:1"}
    more = Incidents()
    more.add_counts(incidents.counts, incidents.first)
    more.add_counts({"b": 3}, {"b": "b:9"})
    assert (more.counts, more.first) == ({"a": 1, "b": 5}, {"a": "a:1", "b": "b:1"})


def test_memory_does_not_grow_with_the_number_of_incidents():
    incidents = Incidents()
    incidents.extend(noted("r", line=line, mentions=2) for line in range(1, 1000))
    (kind,) = incidents.kinds()
    assert (kind.occurrences, kind.mentions) == (999, 1998)
    assert [example.line for example in kind.examples] == list(range(1, EXAMPLES + 1))


def test_outcomes_are_apart():
    incidents = Incidents()
    incidents.extend(
        [Incident("refused", "r"), Incident("repaired", "r"), Incident("refused", "s")]
    )
    assert [kind.reason for kind in incidents.kinds("refused")] == ["r", "s"]
    assert [kind.reason for kind in incidents.kinds("repaired")] == ["r"]
    assert incidents.counts == {"r": 2, "s": 1}


def test_sentences_count_the_noun_and_name_the_first_place():
    incidents = Incidents()
    incidents.add(noted("lines without a text", line=3, file="a.jsonl"))
    incidents.add(noted("mentions of p.txt without a score"), 1200)
    incidents.add(noted("documents with other names"), 0)
    assert incidents.sentences() == [
        "1 line without a text (first: a.jsonl:3)",
        "1,200 mentions of p.txt without a score",
    ]
