from sru_ner.evaluation.confidence.rankings import rankings


def test_predictions_are_ranked_per_scope_and_type(decisions_of):
    found = rankings(
        decisions_of(
            [
                {"predicted": True, "score": 0.5},
                {"predicted": True, "gold": False, "score": 0.75},
                {"start": 9, "end": 10},
                {"type": "Gene", "predicted": True, "score": 0.625},
                {"type": "Species", "known": False},
                {"type": "DNA", "predicted": True, "gold": False, "in_inventory": False},
            ]
        )
    )
    assert [(r.scope, r.type, r.scores.tolist(), r.right.tolist(), r.gold) for r in found] == [
        ("common", None, [0.75, 0.625, 0.5], [False, True, True], 3),
        ("inventory", None, [0.75, 0.625, 0.5], [False, True, True], 4),
        ("type", "Disease", [0.75, 0.5], [False, True], 2),
        ("type", "Gene", [0.625], [True], 1),
    ]


def test_what_has_no_score_is_not_ranked(decisions_of):
    rows = [
        {"predicted": True, "score": None},
        {"predicted": True, "type": "Gene"},
        {"predicted": True, "model": "n", "tested": "u"},
    ]
    found = [(r.model, r.tested, r.scope, r.type) for r in rankings(decisions_of(rows))]
    assert found == [
        ("m", "t", "type", "Gene"),
        ("n", "u", "common", None),
        ("n", "u", "inventory", None),
        ("n", "u", "type", "Disease"),
    ]
    assert list(rankings(decisions_of([]))) == []
