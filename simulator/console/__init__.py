"""The commands of ``hotseat``, one module per group. ``simulator/cli.py`` puts them together."""
