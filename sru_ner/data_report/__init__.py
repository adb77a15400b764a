"""The report on all harmonised corpora: their sizes, types, agreement and example sentences.

Imports: corpora, dataset, files, harmonize, inventories, leakage, rendering, text.
"""
