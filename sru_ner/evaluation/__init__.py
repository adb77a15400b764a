"""Figures of a suite's models, computed from decisions: the matrix and what explains it.

Imports: dataset, decisions, errors, inference, leakage, model, rendering, settings.
"""
