"""Products in bf16 have few sizes, and those of fp32 stay as they are."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from sru_ner.model import mixed_precision
from sru_ner.model.mixed_precision import added_width, linear, weighted_sums


@given(st.lists(st.integers(1, 40), min_size=1, max_size=2), st.booleans())
def test_a_product_keeps_its_rows(rows: list[int], with_bias: bool) -> None:
    given_rows, weight = torch.randn(*rows, 6), torch.randn(4, 6)
    bias = torch.randn(4) if with_bias else None
    expected = F.linear(given_rows, weight, bias)
    assert torch.equal(linear(given_rows, weight, bias, torch.float32), expected)
    rounded = linear(given_rows, weight, bias, torch.bfloat16)
    assert rounded.dtype == torch.bfloat16
    torch.testing.assert_close(rounded.float(), expected, rtol=0.05, atol=0.1)


@given(st.integers(1, 6), st.integers(1, 40), st.integers(1, 9))
def test_sums_in_bf16_are_much_the_same(entries: int, rows: int, width: int) -> None:
    weights, summed = torch.rand(entries, rows).softmax(1), torch.randn(entries, rows, width)
    numbers = torch.arange(entries * rows)
    first = numbers[::rows]
    expected = torch.einsum("bs,bsm->bm", weights, summed)
    for dtype, tolerance in ((torch.float32, 1e-6), (torch.bfloat16, 0.03)):
        found = weighted_sums(weights, summed.to(dtype), numbers, first)
        assert found.dtype == torch.float32
        torch.testing.assert_close(found, expected, rtol=tolerance, atol=tolerance)


def test_products_in_bf16_have_few_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: set[int] = set()

    def record(rows: Tensor, *_: object) -> Tensor:
        sizes.add(len(rows))
        return rows

    monkeypatch.setattr(mixed_precision.F, "linear", record)
    for count in range(1, 3000):
        linear(torch.ones(count, 1), torch.ones(1, 1), None, torch.bfloat16)
    assert sizes == {32, 64, 128, 256, 512, 1024, 1536, 2048, 2560, 3072}


def test_only_bf16_adds_padding_to_sequences() -> None:
    widths = range(1, 50)
    hidden = {width: torch.zeros(2, width, 1) for width in widths}
    assert {added_width(each) for each in hidden.values()} == {0}
    total = {width + added_width(each.bfloat16()) for width, each in hidden.items()}
    assert total == {8, 16, 24, 32, 40, 48, 56}
