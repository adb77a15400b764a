"""Why figures are not higher: classes of errors, costly strings, model differences, missed types.

Imports: dataset, decisions, errors, evaluation, rendering.
"""
