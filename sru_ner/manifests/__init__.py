"""Lists what each experiment learns from and is tested on, without the documents to exclude.

Imports: dataset, errors, files, leakage, settings.
"""
