"""A sample of predictions that no gold standard can judge, drawn for people to judge.

Imports: dataset, errors, files, rendering, settings.
"""
