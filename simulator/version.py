"""The version, from the installed distribution."""

from importlib import metadata


def text() -> str:
    """Version of hotseat, such as ``0.1.0``; ``0+unknown`` when it is not installed."""
    try:
        return metadata.version("hotseat")
    except metadata.PackageNotFoundError:
        return "0+unknown"
