"""A sample of predictions that no gold standard can judge, drawn for people to judge.

Imports: annotation, corpora, dataset, errors, files, inference, layout, rendering, settings, text.
"""
