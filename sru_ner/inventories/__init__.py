"""The types that each corpus annotates, of all corpora in one table.

Imports: corpora, dataset, errors, files, rendering.
"""
