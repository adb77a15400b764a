"""Finds the model of a matrix's column that is better than all others beyond chance."""

import pyarrow as pa
import pyarrow.compute as pc

from sru_ner.evaluation.matrix import Matrix, Scope

SIGNIFICANT = 0.05
"""Largest adjusted p (Holm) of a difference that counts as one."""


def clear_best(matrix: Matrix, significance: pa.Table, tested: str, scope: Scope) -> str | None:
    """Return the model with the highest micro F1 on a corpus, if it is better than each other.

    significance: the comparisons of `confidence.significance`. Returns None if a difference to
    another model may be chance, was not tested, or if there is only one model with a figure.
    """
    figures = {
        model: f1
        for model in matrix.models
        if (f1 := matrix[model, tested].shown_f1(scope)) is not None
    }
    if len(figures) < 2:
        return None
    best = max(figures, key=lambda model: figures[model])
    significant = significance.filter(
        (pc.field("tested") == tested)
        & (pc.field("scope") == scope)
        & (pc.field("p_adjusted") <= SIGNIFICANT)
    ).to_pylist()
    pairs = [{row["model_a"], row["model_b"]} for row in significant]
    return best if all({best, other} in pairs for other in figures if other != best) else None
