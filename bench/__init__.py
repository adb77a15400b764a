"""Benchmarks and checks against independent results; none of it is imported by `sru_ner`."""
