"""Ears and mouth: everything that needs a sound device or a speech model."""
