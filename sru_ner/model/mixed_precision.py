"""Products that compute in bf16 on a CPU.

oneDNN compiles a product for every number of rows, and keeps it: half a megabyte each. So rows are
added, which nobody reads, until their number is one of few.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

WIDTH_STEP = 8
"""Sub-words by which the width of a batch grows."""
_LEAST_ROWS, _MOST_ROWS = 32, 512
"""Numbers of rows are powers of two between these, then multiples of the second."""


def added_width(hidden: Tensor) -> int:
    """Return how many sub-words of padding to add to hidden states (B, L, d): 0 but for bf16."""
    return -hidden.shape[1] % WIDTH_STEP if _compiles(hidden.dtype, hidden.device) else 0


def linear(rows: Tensor, weight: Tensor, bias: Tensor | None, dtype: torch.dtype) -> Tensor:
    """Return `rows · weightᵀ + bias` (…, m), computed in `dtype`, which it has.

    rows: (…, n). weight: (m, n). bias: (m,) or None.
    """
    computed = rows.to(dtype).flatten(0, -2)
    if _compiles(dtype, rows.device):
        computed = F.pad(computed, (0, 0, 0, _added_rows(len(computed))))
    result = F.linear(computed, weight.to(dtype), None if bias is None else bias.to(dtype))
    return result[: rows.shape[:-1].numel()].view(*rows.shape[:-1], -1)


def weighted_sums(weights: Tensor, rows: Tensor, numbers: Tensor, first: Tensor) -> Tensor:
    """Return the sum of each entry's rows times their weights, (B, m) in the dtype of `weights`.

    weights: (B, S). rows: (B, S, m). numbers: (B·S,) int64, from 0. first: (B,) int64, the number
    of each entry's first row.
    """
    if not _compiles(rows.dtype, rows.device):
        return torch.bmm(weights[:, None].to(rows.dtype), rows)[:, 0].to(weights.dtype)
    # Such a product takes as long as reading its rows. A bag reads them in bf16, and adds in fp32.
    factors = weights.flatten().to(rows.dtype)
    bag = F.embedding_bag(
        numbers, rows.flatten(0, 1), first, mode="sum", per_sample_weights=factors
    )
    return bag.to(weights.dtype)


def _compiles(dtype: torch.dtype, device: torch.device) -> bool:
    return dtype == torch.bfloat16 and device.type == "cpu"


def _added_rows(rows: int) -> int:
    step = max(_LEAST_ROWS, min(_MOST_ROWS, 1 << (rows - 1).bit_length()))
    return -rows % step
