"""SRU-NER, from words to tensors to mentions: transition system, encoder, unit, loss, decoding.

Imports: dataset, environment, errors, settings.
"""
