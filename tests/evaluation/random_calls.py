"""Random calls for property tests: any acts, offers, noise and confidences in any order."""

from hypothesis import strategies as st

from evaluation.timeline import Steps
from simulator.weights import CALMING, RAISING
from tests.evaluation.worked_calls import DANA, FEES, GREETING, MONEY, STORY_1, STORY_2, Says, Script, act

_NAMES = sorted({*CALMING, *(name.split(":")[0] for name in RAISING)})
_QUOTES = (
    "ninety-four sixty on the third and again on the fourth",
    "I understand your frustration.",
    "I will send it by Thursday, reference 7741.",
    "as soon as possible",
    "that must be hard",
)
_acts = st.builds(
    act,
    st.sampled_from(_NAMES),
    st.sampled_from(_QUOTES),
    st.sampled_from((0.0, 0.4, 1.0)),
    st.sampled_from((0.4, 0.6, 0.75, 0.95)),
)
_turns = st.builds(
    Says,
    text=st.sampled_from(("Okay.", "So, that is ninety-four sixty twice, on the third and the fourth. Is that right?")),
    acts=st.lists(_acts, max_size=4).map(tuple),
    answer=st.sampled_from((GREETING, STORY_1, STORY_2, MONEY, FEES, "Okay.")),
    offers=st.lists(st.sampled_from([(offer.id, ()) for offer in DANA.offers]), max_size=2, unique=True).map(tuple),
    slots=st.sampled_from(((), (("when", "by thursday"),), (("when", "friday"),))),
    closing=st.booleans(),
    reveals=st.sampled_from(((), ("daycare",), ("account",))),
    overlap_ms=st.sampled_from((0, 0, 0, 600, 1500)),
    loud_z=st.sampled_from((0.0, 0.0, 2.0)),
    confidence=st.sampled_from((0.3, 0.6, 0.95)),
)


@st.composite
def calls(draw: st.DrawFn, spoken: bool = True) -> Steps:
    """A call of up to six turns with any end."""
    outcomes = ("resolved", "escalated", "unresolved", "hung_up", "timed_out", "ended_fairly", "stopped", None)
    return Script(
        turns=draw(st.lists(_turns, min_size=1, max_size=6)),
        outcome=draw(st.sampled_from(outcomes)),
        manner=draw(st.sampled_from(("warm", "cool"))),
        hangs_up=draw(st.booleans()),
        spoken=spoken,
    ).make()
