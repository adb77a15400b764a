"""Scoring files of mentions: two annotated files, the decisions on them, and their figures.

See docs/how-to/score-another-tool.md for an example.
"""

from sru_ner.evaluation.files.annotations import read_annotations
from sru_ner.evaluation.files.file_scores import Score, score
from sru_ner.evaluation.files.marked import Account
from sru_ner.evaluation.files.predictions import decide_files, with_texts
from sru_ner.evaluation.files.type_maps import TypeMap, find_type_map

__all__ = [
    "Account",
    "Score",
    "TypeMap",
    "decide_files",
    "find_type_map",
    "read_annotations",
    "score",
    "with_texts",
]
