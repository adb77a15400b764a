"""What each experiment learns from and is tested on, named by digests; documents excluded from it.

Imports: dataset, errors, files, leakage, settings.
"""
