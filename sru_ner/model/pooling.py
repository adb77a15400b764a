"""Word vectors from sub-word vectors (docs/explanation/model.md §1)."""

from torch import Tensor


def pool_words(hidden: Tensor, slot_of_subword: Tensor, slots: int) -> Tensor:
    """Return word vectors (B, slots, d), each the element-wise maximum over its sub-words.

    hidden: (B, L, d) output of the encoder. slot_of_subword: (B, L) int64, the slot of each
    sub-word; at padding it is `slots`. A slot without sub-words (padding) is zero.
    """
    B, _, d = hidden.shape
    index = slot_of_subword[:, :, None].expand(-1, -1, d)
    pooled = hidden.new_zeros(B, slots + 1, d)
    pooled = pooled.scatter_reduce(1, index, hidden, reduce="amax", include_self=False)
    return pooled[:, :slots]
