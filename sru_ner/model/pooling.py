"""Word vectors from sub-word vectors (docs/explanation/model.md §1)."""

import torch
from torch import Tensor
from torch.nn import functional as F


def pool_words(hidden: Tensor, slot_of_subword: Tensor, slots: int) -> Tensor:
    """Return word vectors (B, slots, d), each the element-wise maximum over its sub-words.

    hidden: (B, L, d) output of the encoder. slot_of_subword: (B, L) int64, the slot of each
    sub-word, ascending in a row; at padding it is `slots`. A slot without sub-words (padding) is
    zero.
    """
    B, L, d = hidden.shape
    row = torch.arange(B, device=hidden.device)[:, None] * (slots + 1)
    bag = (slot_of_subword + row).flatten()
    first = torch.searchsorted(bag, torch.arange(B * (slots + 1), device=hidden.device))
    # An embedding bag takes the maximum several times faster than `scatter_reduce`.
    subwords = torch.arange(B * L, device=hidden.device)
    pooled = F.embedding_bag(subwords, hidden.flatten(0, 1), first, mode="max")
    return pooled.view(B, slots + 1, d)[:, :slots]
