"""Two neighbours and one fence: a small mediation for tests, and a call of it that is fed by hand."""

from dataclasses import dataclass, field

from personas.persona import Demand, Fact, HiddenNeed, Offer, OpenWhen, Persona, Temper, Trigger, Voice, Who
from simulator.addressing import Addressed
from simulator.mediation import Mediation, mind_of
from simulator.mind import Answer, Reply
from simulator.plan import Plan
from simulator.reading import FactAsked, FoundLabel, Label, Matches, OfferMade, Reading

LINES = {
    "greeting": {"any": ("Hello, about the fence.", "Hello, the fence again.")},
    "story": {
        "any": ("The fence came down on Sunday. It lay on my beans for three days.", "Nobody called me about it.")
    },
    "cuts_across": {"any": ("No, it was Monday.", "That is not so.")},
}


def _one(number: int, name: str, manner: str, speaker: str, other: Persona | None = None) -> Persona:
    own = "ab"[number]
    return Persona(
        id=f"fence_{own}", who=Who(name=name, manner=manner), voice=Voice(speaker=speaker), story="A fence.",  # type: ignore[arg-type]
        temper=Temper(start_anger=70 - 4 * number, tells_story_in=2),
        facts=(Fact(id=f"when_{own}", asked_like=("when",), say=(f"On Sunday, says {own}.",)),),
        hidden_needs=(
            HiddenNeed(id=f"need_{own}", asked_like=("why",), open_when=OpenWhen(heard=0.3), say=(f"The beans of {own}.",)),
        ),
        demands=(
            Demand(id="fence", points=70, must=True, say=(f"I want a new fence, says {own}.",)),
            Demand(id="sorry", points=30, say=(f"I want it said, says {own}.",)),
        ),
        offers=(
            Offer(id="new_fence", heard_like=("we build it",), gives=(("fence", 95),), accept=(f"Good, says {own}.",)),
            Offer(id="half", heard_like=("half each",), gives=(("fence", (65, 5)[number]),), reject=(f"Not half, says {own}.",)),
            Offer(id=f"note_{own}", heard_like=("a note",), gives=(("sorry", 90),), accept=(f"A note, says {own}.",)),
        ),
        triggers=(Trigger(when_said=("cut it down",), add=6, say=(f"I cut nothing, says {own}.",)),),
        lines=LINES, other=other,
    )  # fmt: skip


BO = _one(1, "Mr Bo Lind", "cold", "en_us_m1")
FENCE = _one(0, "Ms Ada Kerr", "hot", "en_us_f1", BO)
"""Ada Kerr, hot, with Bo Lind, cold, on the same line."""
ADA, LIND = 0, 1


@dataclass
class TwoOnTheLine:
    """A mediation whose replies come with the labels that a careful reader would give them."""

    persona: Persona = FENCE
    seed: int = 3
    turn: int = 0
    plan: Plan = field(init=False)
    answers: list[Answer] = field(default_factory=list)

    def __post_init__(self) -> None:
        mind = mind_of(self.persona, self.seed, 100.0)
        assert isinstance(mind, Mediation)
        self.line = mind
        self.line.meets("Sam")
        self.plan = self.line.greets(self.line.mood)
        self.hear()

    def hear(self) -> str:
        """Everything planned is heard; the words."""
        text = " ".join(line.text for line in self.plan.lines)
        self.line.heard_saying(self.plan, text, whole=True)
        return text

    def say(self, text: str, *labels: tuple[Label, str] | Label, asked: tuple[str, ...] = (), offers: tuple[str, ...] = (),
            slots: tuple[tuple[str, str], ...] = ()) -> Answer:  # fmt: skip
        """A reply; a label may come with its own quote, else it is carried by all the words."""
        found = [(one, text) if isinstance(one, str) else one for one in labels]
        reply = Reply(
            text=text,
            reading=Reading(
                labels=tuple(FoundLabel(label=name, probability=0.95, quote=quote) for name, quote in found)
            ),
            matches=Matches(
                asked=tuple(FactAsked(fact=fact, score=0.97, quote=text) for fact in asked),
                offers=tuple(OfferMade(offer=offer, score=0.97, quote=text, slots=slots) for offer in offers),
            ),
        )
        self.turn += 1
        answer = self.line.answers(self.turn, reply, question_open=False)
        self.answers.append(answer)
        self.plan = answer.plan
        self.hear()
        return answer

    @property
    def anger(self) -> tuple[float, float]:
        """Of both, in points."""
        first, second = self.line.minds
        return first.mood.points, second.mood.points

    def speakers(self) -> list[int]:
        """Who spoke in the last answer, in order."""
        return list(dict.fromkeys(line.party for line in self.plan.lines))

    def said_by(self, party: int) -> str:
        """Their words in the last answer."""
        return " ".join(line.text for line in self.plan.lines if line.party == party)


def towards(said: Addressed) -> list[tuple[str, list[int]]]:
    """The pieces with whom each speaks to, for comparing."""
    return [(piece.text, sorted(piece.to)) for piece in said.pieces]
