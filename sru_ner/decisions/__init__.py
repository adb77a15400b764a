"""Compares predicted with gold mentions, in the table from which all figures are computed.

Imports: dataset, errors, files, model.
"""
