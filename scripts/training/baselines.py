"""What the reader is measured against: a list of key phrases, and the nearest row of the corpus.

The key phrases are what one would write in an afternoon from the label guide; nobody tuned them.
"""

import re
from typing import Final, Protocol

import numpy as np

from evaluation.text import normal
from scripts.training.corpus import Row
from simulator.reading import LABELS, Label

KEYS: Final[dict[Label, str]] = {
    "greeting": r"^(?:hi|hello|hey|good (?:morning|afternoon|evening))\b|thank(?:s| you) for (?:calling|reaching|getting)",
    "empathy": r"understand how|must (?:be|have been)|frustrat|i can (?:see|hear|imagine)|sounds (?:awful|hard|like)",
    "apology": r"sorry (?:about|for|to hear|that)|apologi[sz]e|apologies|i'm (?:so |really |very )?sorry",
    "ownership": r"i'll (?:take care|sort|fix|handle|look into)|leave it with me|here to help|happy to help|look into",
    "own_fault": r"our (?:mistake|fault|error)|my (?:mistake|fault|error)|we (?:let you down|got (?:it|this|that) wrong)|shouldn't have",
    "paraphrase": r"^so (?:you|your|the)|if i understand|just to (?:confirm|check)|is that (?:right|correct)",
    "open_question": r"what happened|how can i|tell me (?:more|what)|what would (?:you|make)|how did",
    "information_request": r"(?:can|could|may) (?:i|you|we).*\?|what(?:'s| is) (?:your|the)|dm us|your (?:order|account) number",
    "explanation": r"because|due to|the reason|that means|the way it works|it's (?:showing|saying)",
    "solution": r"i(?:'ve| have) (?:refunded|sent|cancelled|booked|fixed)|i (?:can|could|will|'ll) (?:refund|send|replace|book)|refund|replacement|try ",
    "options": r"\bor (?:i|we|you|would)\b|either|up to you|would you (?:rather|prefer)|whichever",
    "next_steps": r"within \w+ (?:days|hours)|by (?:mon|tues|wednes|thurs|fri)day|next (?:step|thing)|you'll (?:get|see|receive)|then i",
    "follow_up": r"(?:call|ring|phone|email|get|come) (?:you )?back|follow up|i'll (?:call|ring|phone) you|be in touch|reach out to you",
    "partnership": r"together|let's|both of us|you and (?:me|i)",
    "gratitude": r"thank(?:s| you) for (?!calling|reaching|getting)|appreciate|grateful",
    "boundary": r"respectful|won't be (?:spoken|shouted|sworn)|language|end (?:the|this) call|if you keep",
    "supervisor": r"supervisor|manager|team leader|transfer|put you through|another (?:team|department)",
    "hold": r"hold|one moment|bear with me|just a (?:second|moment|minute)|hang on",
    "closing": r"anything else|good ?bye|have a (?:good|nice|great)|take care$|don't hesitate",
    "dismissive": r"calm down|not a big deal|relax|overreact|it's only|it's just a",
    "defensive": r"not (?:my|our) (?:fault|problem)|i didn't|we didn't|our records|i only work here|nothing to do with",
    "blame": r"you should have|you should've|why didn't you|you must have|you didn't|your (?:own )?fault",
    "refusal": r"can't|cannot|unable|not possible|policy|not able|won't be able|unfortunately",
    "hostile": r"whatever|good luck with|shut up|ridiculous|stupid|are you (?:even|deaf)|excuse me",
    "rushing": r"hurry|quick(?:ly)?|other customers|already told|yes or no|just give me|get to the point",
    "jargon": r"\b(?:rma|sla|crm|l2|tier two|sku|api|erp|kyc|queue|provision\w*|backend)\b",
}


class Guess(Protocol):
    """Which labels a reply has, without probabilities."""

    def __call__(self, rows: list[Row]) -> np.ndarray:
        """(rows, labels) of bool."""


def keywords(rows: list[Row]) -> np.ndarray:
    """The labels of which a key phrase occurs."""
    rules = [re.compile(KEYS[label]) for label in LABELS]
    return np.array([[rule.search(normal(row.reply)) is not None for rule in rules] for row in rows])


def nearest(corpus: list[Row], rows: list[Row]) -> np.ndarray:
    """The labels of the corpus row nearest in meaning to each reply, by the encoder before training.

    Needs the `train` extra and the encoder's package.
    """
    import torch

    from scripts.training.matching import encode, load_matching
    from scripts.training.network import encoder_folder

    model, tokenizer = load_matching(encoder_folder(None))
    model.eval()

    @torch.no_grad()
    def vectors(lines: list[str]) -> np.ndarray:
        order = sorted(range(len(lines)), key=lambda n: len(lines[n]))
        out = np.zeros((len(lines), 384), dtype=np.float32)
        for n in range(0, len(order), 64):
            part = order[n : n + 64]
            out[part] = model(*encode(tokenizer, [lines[m] for m in part]))[0].numpy()
        return out

    known = vectors([row.reply for row in corpus])
    near = (vectors([row.reply for row in rows]) @ known.T).argmax(axis=1)
    return np.array([[label in corpus[n].labels for label in LABELS] for n in near])
