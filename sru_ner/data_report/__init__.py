"""The report on all harmonised corpora: their sizes, types, agreement and example sentences.

Imports: corpora, dataset, files, inventories, leakage, rendering, text.
"""
