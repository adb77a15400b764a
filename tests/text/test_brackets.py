"""Brackets without a partner nearby hold nothing."""

from sru_ner.text.brackets import LONGEST_BRACKET, bracketed


def test_outermost_pairs_ascend():
    assert bracketed("a (b [c] d) e {f}") == [(2, 11), (14, 17)]


def test_brackets_without_a_partner_do_not_count():
    assert bracketed("a) b (c ] d (e)") == [(12, 15)]


def test_pairs_that_cross_are_one():
    assert bracketed("(a [b) c]") == [(0, 9)]


def test_a_partner_far_away_is_none():
    near = "(" + "a" * (LONGEST_BRACKET - 1) + ")"
    assert bracketed(near) == [(0, len(near))]
    assert bracketed("(a" + near[1:]) == []
