"""Whether a clause asks, and whether what sounds like an offer is refused, only supposed, or asked about the past.

Word rules, because sentence embeddings hardly tell "I can" from "I can't". Forms of recognisers (no apostrophes, no
question marks) are normalised before, see ``evaluation.text``. Each rule is a list of patterns over whole words; a
space in a pattern is any space.
"""

import re
from typing import Final

from evaluation.text import normal


def _words(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"\b(?:{pattern})(?!\w)" for pattern in patterns))


_FILLERS: Final = (
    r"(?:(?:and|so|but|okay|ok|right|now|um|uh|well|sorry|also|then|please|just|thanks|alright|great|perfect|"
    r"first)[, ]+)*"
)
_ASKS: Final = re.compile(
    rf"\?|^{_FILLERS}(?:who|what|when|where|which|why|how|whose|do|does|did|have you|have we|has|is|are|was|were|"
    rf"can|could|"
    r"may i|might i|would|will|shall|any|got|tell me|remind me|confirm|talk me|give me|read me|walk me|spell|"
    r"let me have|"
    r"let me know|name and|had)(?:'s)?(?!\w)"
    "|"
    + _words(
        r"(?:can|could|may|might) (?:i|you|we)",
        r"(?:would|do|did|have|are|were|could|can) (?:you|they|we|he|she|it|anyone|anybody|someone|somebody|there)",
        r"(?:is|was|are|were|has) (?:there|it|that|this|he|she|they|anyone|anybody|somebody|someone)",
        r"i(?:'ll| will)?(?: just| only)? need (?:the|your|you to|a|to (?:know|check|confirm|take|get))",
        r"(?:tell|remind) me|let me know|(?:talk|walk) me through|i(?:'d like| want) to (?:know|hear|understand)",
        r"(?:what|which|who|when|where|why|how) (?:is|are|was|were|did|do|does|has|have|can|could|would|will|"
        r"days?|date|"
        r"time|much|many|often|long|number|name|card|bed|address|email)",
        r"(?:what|who)'s",
    ).pattern
)
_HARMLESS: Final = _words(
    r"(?:can't|cannot) (?:believe|apologi[sz]e|imagine|thank)",
    r"don't (?:worry|have to|need to|blame|want you|hesitate|you)",
    r"(?:won't|will not|doesn't|does not|can't|cannot) (?:happen|occur|be charged|be billed|cost|have to|need to|go)",
    r"(?:won't|will not|doesn't) take (?:long|any)",
    r"(?:i|we) won't (?:hang|leave|let|keep|make)",
    r"(?:isn't|is not|wasn't|doesn't|does not|aren't) (?:there|here|right|good|your|acceptable|come|arrive|show|"
    r"turn up)",
    r"not (?:only|going anywhere|right|your|good|acceptable|fair|(?:a )?problem)",
    r"why don't (?:we|i)|no (?:problem|charge|cost|worries|extra|doubt|more)",
)
"""Negations that take nothing back."""
_NO: Final = (
    r"(?:can't|cannot|can not|won't|will not|don't|do not|couldn't|could not|wouldn't|would not|never|not|aren't|"
    r"haven't|"
    r"didn't|am not|are not|have not|isn't|is not)"
)
_REFUSES: Final = _words(
    r"(?:i|we|i'm|we're|i am|we are|i'd|we'd|i'll|we'll|i've|we've|they|they're|you|you're|it|it's|that's|this is|"
    r"which)"
    rf"(?: \w+ly| just| really| also| still)? {_NO}",
    rf"^{_FILLERS}(?:can't|cannot|won't|don't do|not able|unable)",
    r"impossible|not possible|(?:isn't|aren't) possible|no way|unable to|not (?:able|allowed|going) to|not something",
    r"(?:no one|nobody) (?:can|will|here)|nothing (?:i|we) can|afraid not|refus(?:e|ed|ing)|out of the question",
    r"against (?:the )?(?:policy|rules)|there(?:'s| is| are) no|none of (?:us|our)|rather than|instead of giving",
    rf"^{_FILLERS}no[, ]",
)
_IF_PAST: Final = (
    r"(?:if (?:i|we) (?:could|had|was|were)|if you (?:had|were|hadn't)|if (?:it|that) (?:was|were|had)|"
    r"if they (?:had|were)|"
    r"if you'd (?:called|rung|ordered|told|been|said|come|let|phoned|read|checked)|had (?:you|it|we) (?:called|"
    r"rung|been))"
)
_SUPPOSES: Final = _words(
    r"(?:could|would|might|should) (?:have|of)|(?:could|would|should)'ve|wish|if only|used to|normally|usually",
    r"in (?:the )?past|were it",
    _IF_PAST,
)
_ASKS_PAST: Final = _words(
    r"(?:did|has|have|had|were|was) (?:you|they|we|he|she|it) (?:been |ever |already |also |not )?(?:offer|"
    r"offered|told|tell|"
    r"promised?|given?|give|said|say|get|got|refund|have|had|pay|be|book|send|receive|mention|credit|cancel|take|"
    r"cover|agree)",
    r"(?:did|has|have|had|were|was) (?:anyone|anybody|someone|somebody|the driver|(?:my|a) colleague|one of)",
)
_PROPOSES: Final = _words(
    r"i|we|i'm|we're|i'll|we'll|i've|we've|i'd|we'd|let me|shall|would you|do you want|if you (?:like|want|prefer)",
    r"you'd|you'll|how about|what about|what if|would it|will be|(?:is|has been|have been) being|has been|"
    r"is being|is going",
)
_OWN_SUBJECT: Final = _words(
    r"i|we|i'm|i'll|i've|we'll|we've|you'll|he|they|there|let me|shall|you (?:can|could|will|would|have|get|are)",
    rf"^{_FILLERS}(?:it|you|the|your|our)",
)


def asks(clause: str) -> bool:
    """Whether the clause asks for something, with or without a question mark."""
    return _ASKS.search(normal(clause)) is not None


def only_asks(clause: str) -> bool:
    """Whether the clause is a question that puts nothing on the table: no "shall I", no "would you like"."""
    return asks(clause) and _PROPOSES.search(normal(clause)) is None


def refused(clause: str, before: str = "") -> bool:
    """Whether an offer in ``clause`` is refused, hypothetical or a question about the past, so that none is made.

    ``before`` is the clause before it in the same sentence: "we don't | refund or credit",
    "if you had rung | we would".
    """
    here, previous = normal(clause), normal(before)
    if previous and not _OWN_SUBJECT.search(here):
        here = f"{previous} {here}"
    elif re.search(r"\b(?:would|could|i'd|we'd)\b", here) and re.search(_IF_PAST, previous):
        return True
    here = _HARMLESS.sub(" ", here)
    return any(rule.search(here) for rule in (_REFUSES, _SUPPOSES, _ASKS_PAST))
