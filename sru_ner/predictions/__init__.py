"""Scores predictions in files, of any tool: reads them, aligns texts, matches them with gold.

See docs/how-to/score-another-tool.md for an example.

Imports: corpora, dataset, decisions, errors, evaluation, files, rendering, settings, text.
"""

from sru_ner.corpora.incidents import Incidents
from sru_ner.predictions.annotations import read_annotations
from sru_ner.predictions.file_decisions import decide_files
from sru_ner.predictions.file_scores import Score, score
from sru_ner.predictions.missing_texts import with_texts
from sru_ner.predictions.type_maps import TypeMap, find_type_map

__all__ = [
    "Incidents",
    "Score",
    "TypeMap",
    "decide_files",
    "find_type_map",
    "read_annotations",
    "score",
    "with_texts",
]
