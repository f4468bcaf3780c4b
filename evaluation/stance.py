"""Whether a clause asks, and whether what sounds like an offer is refused, only supposed, or asked about the past.

Word rules, because sentence embeddings hardly tell "I can" from "I can't". Forms of recognisers (no apostrophes, no
question marks) are normalised before, see ``evaluation.text``.
"""

import re
from typing import Final

from evaluation.text import normal

_ASKS: Final = re.compile(
    r"\?|^(?:(?:and|so|but|okay|ok|right|now|um|uh|well|sorry|also|then|please|just|thanks|alright|great|perfect|first|actually)[, ]+)*"
    r"(?:who|who's|what|what's|whats|when|when's|where|where's|which|why|how|how's|whose|do|does|did|have you|have we|has|is|are|was|were|can|could|"
    r"may i|might i|would|will|shall|any|got|tell me|remind me|confirm|talk me|give me|read me|walk me|spell|let me have|let me know|name and|had)\b"
    r"|\b(?:can|could|may|might) (?:i|you|we)\b|\b(?:would|do|did|have|are|were|could|can) (?:you|they|we|he|she|it|anyone|anybody|someone|somebody|there)\b"
    r"|\b(?:is|was|are|were) (?:there|it|that|this|he|she|they|anyone|anybody|somebody|someone)\b|\bi(?:'ll| will)?(?: just| only)? need (?:the|your|you to|a|to (?:know|check|confirm|take|get))\b"
    r"|\b(?:tell me|remind me|let me know|talk me through|walk me through|i'd like to (?:know|hear|understand)|i want to (?:know|hear|understand))\b"
    r"|\b(?:what|which|who|when|where|why|how) (?:is|are|was|were|did|do|does|has|have|can|could|would|will|day|days|date|time|much|many|often|long|number|name|card|bed|address|email)\b"
    r"|\bwhat's\b|\bwho's\b|\bhas (?:anyone|anybody|someone|somebody|it|there|this|that|he|she)\b"
)
_HARMLESS: Final = re.compile(
    r"\b(?:(?:can't|cannot) (?:believe|apologi[sz]e|imagine|thank)|don't (?:worry|have to|need to|blame|want you|hesitate|you)|"
    r"(?:won't|will not|doesn't|does not|can't|cannot) (?:happen|occur|be charged|be billed|cost|have to|need to|take (?:long|any)|go)|"
    r"not only|why don't (?:we|i)|not going anywhere|not (?:a )?problem|no (?:problem|charge|cost|worries|extra|doubt|more)|"
    r"(?:i|we) won't (?:hang|leave|let|keep|make)|"
    r"(?:isn't|is not|wasn't|doesn't|does not|aren't) (?:there|here|right|good|your|acceptable|come|arrive|show|turn up)|"
    r"not (?:right|your|good|acceptable|fair))\b"
)
_AGENT_NO: Final = re.compile(
    r"\b(?:i|we|i'm|we're|i am|we are|i'd|we'd|i'll|we'll|i've|we've|they|they're|you|you're|company|halden|it|it's|that's|this is|which)(?: \w+ly| just| really| also| still)? "
    r"(?:can't|cannot|can not|won't|will not|don't|do not|couldn't|could not|wouldn't|would not|never|not|aren't|haven't|didn't|am not|are not|have not|isn't|is not)\b"
    r"|^(?:and |so |but )?(?:can't|cannot|won't|don't do|not able|unable)\b"
)
_FLAT_NO: Final = re.compile(
    r"\b(?:impossible|not possible|isn't possible|aren't possible|no way|unable to|not able to|not allowed|not something|not going to|"
    r"no one (?:can|will|here)|nobody (?:here|can|will)|nothing (?:i|we) can|afraid not|refus(?:e|ed|ing)|against (?:the )?(?:policy|rules)|out of the question|"
    r"there's no|there is no|there are no|none of (?:us|our)|rather than|instead of giving|without (?:a |any )?refund)\b|^(?:and |but |so )?no[, ]"
)
_SUPPOSED: Final = re.compile(
    r"\b(?:could have|would have|could've|would've|might have|should have|could of|would of|should of|wish|if only|used to|normally|usually|in (?:the )?past|"
    r"if i (?:could|was|were|had)|if we (?:could|had|were)|if you (?:had|were|hadn't)|if you'd (?:called|rung|ordered|told|been|said|come|let|phoned|read|checked)|if (?:it|that) (?:was|were|had)|"
    r"if they (?:had|were)|were it|had (?:you|it|we) (?:called|rung|been|ordered|told))\b"
)
_PAST_QUESTION: Final = re.compile(
    r"\b(?:did|has|have|had|were|was) (?:(?:you|they|we|he|she|it) (?:been |ever |already |also |not )?(?:offer|told|offered|promised|given|said|say|told|tell|get|got|refund|have|had|promise|give|pay|be|book|send|receive|mention|credit|cancel|take|cover|agree)"
    r"|(?:anyone|anybody|someone|somebody|the driver|bryce|my colleague|a colleague|one of)\b)"
)
_PROPOSES: Final = re.compile(
    r"\b(?:i|we|i'm|we're|i'll|we'll|i've|we've|i'd|we'd|let me|shall|would you|do you want|if you (?:like|want|prefer)|you'd|you'll|"
    r"how about|what about|what if|would it|will be|is being|has been|have been|are going|is going)\b"
)
_OWN_SUBJECT: Final = re.compile(r"\b(?:i|we|i'm|i'll|i've|we'll|we've|you|you'll|it|he|they|there|let me|shall|the|your|our)\b")


def asks(clause: str) -> bool:
    """Whether the clause asks for something, with or without a question mark."""
    return _ASKS.search(normal(clause)) is not None


def refused(clause: str, before: str = "") -> bool:
    """Whether an offer in ``clause`` is refused, hypothetical or a question about the past, so that none is made.

    ``before`` is the clause before it in the same sentence: "we don't | refund or credit", "if you had rung | we would".
    """
    here, previous = normal(clause), normal(before)
    if previous and not _OWN_SUBJECT.search(here):
        here = f"{previous} {here}"
    elif re.search(r"\b(?:would|could|i'd|we'd)\b", here) and re.match(r"(?:and |but |so )?if\b", previous) and _SUPPOSED.search(previous):
        return True
    here = _HARMLESS.sub(" ", here)
    return any(rule.search(here) for rule in (_AGENT_NO, _FLAT_NO, _SUPPOSED, _PAST_QUESTION))


def only_asks(clause: str) -> bool:
    """Whether the clause is a question that puts nothing on the table: no "shall I", no "would you like"."""
    return asks(clause) and _PROPOSES.search(normal(clause)) is None
