"""The report on all harmonised corpora: their sizes, types, agreement and example sentences.

Imports: corpora, dataset, errors, files, inventories, leakage, rendering, text.
"""
