"""Products that compute in bf16 on a CPU.

oneDNN compiles a product for every number of rows, and keeps it: half a megabyte each. So rows are
added, which nobody reads, until their number is one of few.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

_WIDTH_STEP = 8
"""Sub-words by which the width of a batch grows."""
_LEAST_ROWS, _MOST_ROWS = 32, 512
"""Numbers of rows are powers of two between these, then multiples of the second."""


def added_width(hidden: Tensor) -> int:
    """Return how many sub-words of padding to add to hidden states (B, L, d): 0 but for bf16."""
    return -hidden.shape[1] % _WIDTH_STEP if _compiles(hidden.dtype, hidden.device) else 0


def linear(rows: Tensor, weight: Tensor, bias: Tensor | None, dtype: torch.dtype) -> Tensor:
    """Return `rows · weightᵀ + bias` (…, m) in the dtype of `weight`, computed in `dtype`.

    rows: (…, n). weight: (m, n). bias: (m,) or None.
    """
    computed = rows.to(dtype).flatten(0, -2)
    if _compiles(dtype, rows.device):
        computed = F.pad(computed, (0, 0, 0, _added_rows(len(computed))))
    result = F.linear(computed, weight.to(dtype), None if bias is None else bias.to(dtype))
    own = result[: rows.shape[:-1].numel()].to(weight.dtype)
    return own.view(*rows.shape[:-1], -1)


def _compiles(dtype: torch.dtype, device: torch.device) -> bool:
    return dtype == torch.bfloat16 and device.type == "cpu"


def _added_rows(rows: int) -> int:
    step = max(_LEAST_ROWS, min(_MOST_ROWS, 1 << (rows - 1).bit_length()))
    return -rows % step
