"""Words that a trainer should have thought about before a caller says them: strong swearing, slurs, and stereotypes.

None of it keeps a file from being used: an abusive caller may swear, and no list knows what is meant. A slur is a
``warning``, since nobody has to hear one in order to learn; the rest is ``advice``. What angry people say every day
("damn", "what the hell") is left alone.
"""

import re
from collections.abc import Iterator
from typing import Final

from personas.findings import Level

_SWEARING: Final = """
    fuck\\w* motherfuck\\w* shit\\w* bullshit\\w* cunt\\w* twat\\w* wank\\w* bitch\\w* bastard\\w* asshole\\w* arsehole\\w*
    dickhead\\w* prick pricks bollock\\w* goddamn\\w* slut\\w* whore\\w*
"""
_SLURS: Final = """
    nigg\\w* paki pakis chink chinks gook gooks wetback\\w* spic spics kike kikes wog wogs raghead\\w* towelhead\\w* pikey\\w*
    gyppo\\w* fag fags faggot\\w* dyke dykes tranny trannies retard retards retarded spastic\\w* spaz mongoloid\\w* cripple
    cripples golliwog\\w* abo abos coon coons
"""
_STEREOTYPES: Final = (
    r"broken english", r"(?:thick|funny|heavy|strong|foreign) accent", r"pidgin", r"no speak", r"me no (?:understand|speak|like|know|want)",
    r"(?:velly|zis|zat|vat iss?|solly)", r"third[- ]world", r"oriental", r"exotic", r"inscrutable", r"hot[- ]blooded",
    r"fiery (?:latin\w*|redhead)", r"hysterical (?:woman|female|wife|mother)", r"drama queen", r"(?:a|such a|total) karen",
    r"typical (?:woman|women|man|men|female|male|foreigner|immigrant|pensioner|millennial|teenager|boomer)s?",
    r"like (?:all|most) (?:women|men|foreigners|immigrants|old people|young people|pensioners|teenagers)",
    r"(?:women|men|foreigners|immigrants|old people|the elderly) (?:always|never|can't|cannot|are all)",
    r"(?:his|her|their) (?:kind|sort) of people", r"(?:senile|old bat|old hag|crazy old|grumpy old|cat lady|trailer trash)",
    r"for (?:a woman|a girl|her age|his age|an old (?:man|woman|lady))", r"(?:illegals?|savages?|primitive)",
)  # fmt: skip

_LISTS: Final[tuple[tuple[Level, str, re.Pattern[str], str], ...]] = (
    (
        "warning",
        "is a slur",
        re.compile(rf"\b(?:{'|'.join(_SLURS.split())})\b", re.IGNORECASE),
        "Nobody needs to hear it to learn from this call; write what the caller means by it.",
    ),
    (
        "advice",
        "is strong swearing",
        re.compile(rf"\b(?:{'|'.join(_SWEARING.split())})\b", re.IGNORECASE),
        "Keep it if this call is about abuse; else anger is heard as well without it.",
    ),
    (
        "advice",
        "reads as a stereotype",
        re.compile(rf"\b(?:{'|'.join(_STEREOTYPES)})\b", re.IGNORECASE),
        "Say what this one person does and wants, not what such people are like.",
    ),
)


def delicate(text: str) -> Iterator[tuple[Level, str, str]]:
    """(level, message, hint) for each kind of delicate word in ``text``, with the first of it."""
    for level, what, pattern, hint in _LISTS:
        if found := pattern.search(text):
            yield level, f"'{found.group().lower()}' {what}.", hint
