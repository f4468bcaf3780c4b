"""Measures of the caller's voice, for ``scripts/measure_anger``."""
