import torch

from sru_ner.model.pooling import pool_words


def test_word_vectors_are_maxima_over_their_subwords() -> None:
    hidden = torch.tensor([[[1.0, -5], [2, -1], [-3, -4], [7, 7], [9, 9]]])
    pooled = pool_words(hidden, torch.tensor([[0, 1, 1, 2, 3]]), 3)
    assert pooled.tolist() == [[[1, -5], [2, -1], [7, 7]]]
