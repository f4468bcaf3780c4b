"""What an unquoted word in a file is taken for."""

import re
from typing import Final

from personas.findings import printable
from personas.source import Mapping, Node, Scalar, Sequence

IDENTIFIER: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
"""Names of personas, facts, demands, offers and slots. Safe as the name of a file."""
BOOLS: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
NUMBER: Final = re.compile(r"[-+]?(\d{1,15}(\.\d{0,15})?|\.\d{1,15})([eE][-+]?\d{1,3})?")
"""A number we accept; its length is bounded so that no digit string can cost time."""

_NUMBER_LIKE = re.compile(r"[-+]?\.?\d[\d_,]*(\.\d*)?([eE][-+]?\d+)?|0[xob][\da-fA-F]+|[-+]?\.(inf|nan)", re.IGNORECASE)
_TIME_LIKE = re.compile(r"\d{1,4}(:\d{1,2})+(\.\d*)?|\d{4}-\d{1,2}-\d{1,2}([Tt ].*)?")


def read_as(text: str) -> str | None:
    """What YAML readers make of an unquoted ``text``, or None if it stays words.

    Some readers go by YAML 1.1, where ``No`` is a bool and ``12:30`` a number, so that is what we warn of.
    """
    if text.lower() in BOOLS:
        return "bool"
    if text in NULLS and text:
        return "nothing"
    if _NUMBER_LIKE.fullmatch(text):
        return "a number"
    if _TIME_LIKE.fullmatch(text):
        return "a date or time"
    return None


def describe(node: Node) -> str:
    """``node`` as it is named in "..., not X"."""
    match node:
        case Sequence():
            return "a list"
        case Mapping():
            return "a map"
        case Scalar(text="", plain=True):
            return "nothing"
    return f"'{printable(node.text)}'"
