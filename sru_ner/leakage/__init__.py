"""Finds documents that are in the training data of one corpus and in the test data of another.

Imports: dataset, errors, files, rendering.
"""
