"""Every gold and predicted mention of a test, compared: the table that all figures are made of.

Imports: dataset, errors, files, model.
"""
