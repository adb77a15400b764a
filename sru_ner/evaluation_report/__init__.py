"""The report on a suite's models: tables, pictures and a page that works offline.

Imports: dataset, decisions, evaluation, files, leakage, rendering, settings.
"""
