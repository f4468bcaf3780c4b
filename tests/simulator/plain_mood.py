"""A caller whose numbers are round, so that what a turn must come to can be worked out in the head.

Two states make sums plain. At anger 0 the saturation is 1 and nothing can fall: the ledger shows what raises, to the
thousandth. At anger 40 with everything met the floor is 0, so nothing of a fall is lost, and the gate is open.
"""

from personas.persona import Calming, Demand, Fact, Offer, Persona, Temper, Trigger, Who
from simulator.acts import Act
from simulator.mood import Change, Mood, Turn


def _offer(name: str, **gives: int) -> Offer:
    return Offer(id=name, heard_like=("yes",), gives=tuple(gives.items()))


OFFERS = (
    _offer("refund", refund=100),
    _offer("refund_later", refund=60),
    _offer("fee", fee=100),
    _offer("letter", letter=100),
    _offer("both", refund=100, fee=100),
    _offer("refund_and_some", refund=100, fee=45),
    _offer("some_and_fee", refund=45, fee=100),
)
DEMANDS = (
    Demand(id="refund", points=50, say=("The refund.",)),
    Demand(id="fee", points=30, say=("The fee.",)),
    Demand(id="letter", points=20, say=("A letter.",), hidden=True),
)
ALL_MET = {"refund": 1.0, "fee": 1.0, "letter": 1.0}


def person(
    *,
    triggers: tuple[Trigger, ...] = (),
    calming: tuple[Calming, ...] = (),
    offers: tuple[Offer, ...] = (),
    **temper: float,
) -> Persona:
    """A caller with temper 1, no inertia, no old grievance; keywords change the temper."""
    plain = {
        "start_anger": 60, "calms_to": 0, "flares": 1.0, "forgives": 1.0, "stays_angry": 0.0,
        "wants_to_be_heard_first": 0.8, "patience": 100, "trusts_us": 0.3, "old_grievance": 0,
    }  # fmt: skip
    return Persona(
        id="plain",
        who=Who(name="Pat Plain"),
        story="Charged twice.",
        temper=Temper(**(plain | temper)),
        facts=(Fact(id="account", asked_like=("account number",), say=("One.",)),),
        demands=DEMANDS,
        offers=(*OFFERS, *offers),
        triggers=triggers,
        calming=calming,
        lines={},
    )


PLAIN = person()


def at(anger: float, persona: Persona = PLAIN, *, heard: float = 0.1, met: dict[str, float] | None = None) -> Mood:
    """Her mood at ``anger`` points; everything is met unless ``met`` says otherwise."""
    mood = Mood.begin(persona)
    mood.anger, mood.heard, mood.met = round(anger * 1000), heard, dict(ALL_MET if met is None else met)
    return mood


def act(name: str, quote: str = "", *, confidence: float = 1.0, spec: float = 1.0, variant: str = "") -> Act:
    """An act, sure and specific, in words of its own."""
    return Act(name=name, confidence=confidence, spec=spec, quote=quote or f"words of {name}", variant=variant)


def says(mood: Mood, *acts: Act, **turn: object) -> Change:
    """Take a typed turn with these acts."""
    return mood.step(Turn(**{"acts": acts, "text": "words", "spoken": False, "story_told": True} | turn))  # type: ignore[arg-type]


def worth(change: Change, cause: str) -> int:
    """What the ledger gives this cause, in thousandths."""
    return sum(entry.points for entry in change.ledger if entry.cause == cause)
