"""The call: a pure core, its drivers and the command line."""
