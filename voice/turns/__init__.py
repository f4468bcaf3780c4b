"""Turns of trainees with known pauses: read, rendered, scored, so that end-of-turn models can be compared.

``turns.jsonl`` is the data, ``README.md`` beside it its card; ``hotseat bench turns`` measures on it.
"""
