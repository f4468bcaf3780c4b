"""What she called for: her story in pieces, then her demands one by one, then the one that matters again."""

from dataclasses import dataclass, field

from personas.persona import MET, Persona
from simulator.mood import Mood
from simulator.phrases import Phrases
from simulator.plan import Line, Plan


@dataclass(slots=True)
class Agenda:
    """How far she has got with it."""

    persona: Persona
    phrases: Phrases
    story_at: int = 0
    """Pieces of her story that she has told."""
    voiced: dict[str, int] = field(default_factory=dict)
    """How often she has asked for each demand."""
    pressed: int = 0
    """Times in a row that she had to ask for the same again."""
    asked_last: str = ""
    """The demand she asked for last."""
    called_back: bool = False
    """She has reminded the trainee of what was promised."""
    asks_promise: bool = False
    """She asked with it whether that stands, and waits for the answer."""
    put_off: frozenset[str] = frozenset()
    """Offers made before she would hear of them."""

    @property
    def story(self) -> tuple[str, ...]:
        """The pieces, in order."""
        return tuple(self.persona.lines_for("story", "any"))

    @property
    def story_told(self) -> bool:
        """Whether she has had her say."""
        return self.story_at >= min(len(self.story), self.persona.temper.tells_story_in)

    def open_demands(self, mood: Mood) -> list[str]:
        """What she still wants. What nobody can give her she asks for twice, and then she knows."""
        vain = {item.id for item in self.persona.demands if item.out_of_reach and self.voiced.get(item.id, 0) >= 2}
        return [name for name in mood.known if mood.met.get(name, 0.0) < MET and name not in vain]

    def settled(self, mood: Mood) -> bool:
        """Everything that had to be met is met, and most of the rest."""
        musts = [demand.id for demand in self.persona.demands if demand.must and demand.id in mood.known]
        return all(mood.met.get(name, 0.0) >= MET for name in musts) and mood.progress >= 0.70

    def next(
        self,
        mood: Mood,
        *,
        not_now: frozenset[str] = frozenset(),
        not_again: frozenset[str] = frozenset(),
        to_the_point: bool = False,
    ) -> Plan:
        """The next thing of her own that she says.

        She does not ask now for what is in ``not_now`` (she has just put it off), and not again for what is in
        ``not_again`` (she has just turned it down). Where it comes ``to_the_point`` (she has been told no) and she has not
        yet said what she wants, that comes before the rest of her story.
        """
        story = self.story
        if self.story_at < len(story) and not (to_the_point and not self.voiced):
            text = story[self.story_at]
            self.story_at += 1
            self.phrases.bag.last = text
            return Plan(lines=(Line(situation="story", text=text),), expecting="words")
        still_open = self.open_demands(mood)
        vain = any(item.out_of_reach and self.voiced.get(item.id, 0) >= 2 for item in self.persona.demands)
        lets_go = not still_open and vain and "takes_no" not in self.phrases.spoken
        if lets_go and (lines := self.phrases.say("takes_no", mood)):
            return Plan(lines=lines, expecting="words")
        if not still_open and self.phrases.promise and not self.called_back:
            self.called_back = True
            lines = self.phrases.say("promise_callback", mood)
            self.asks_promise = any(line.text.endswith("?") for line in lines)
            return Plan(lines=lines, expecting="words")
        if not still_open:
            return Plan(lines=self.phrases.say("warming", mood), expecting="words")
        still_open = [
            name for name in still_open if name not in not_now and (name not in not_again or not self.voiced.get(name))
        ]
        if not still_open:
            return Plan()  # what she has just put off or turned down was for the only thing left
        first = next((item.id for item in self.persona.demands if item.must), None)
        fewest = min(self.voiced.get(name, 0) for name in still_open)
        fresh = [name for name in still_open if self.voiced.get(name, 0) == fewest]
        if fewest and first in still_open and self.pressed % 2:
            fresh = [first]  # every other time what the call is about
        others = [name for name in still_open if name != self.asked_last]
        if fresh == [self.asked_last] and others:
            fresh = others  # never the same twice running
        elif len(fresh) > 1:
            fresh = [name for name in fresh if name != self.asked_last]
        told = [item.id for item in self.persona.demands if item.hidden and item.id in fresh and not fewest]
        name = (told or fresh)[0]  # what she has just confided comes before what she came with
        self.voiced[name], self.asked_last = self.voiced.get(name, 0) + 1, name
        if fewest:
            self.pressed += 1
        demand = next(item for item in self.persona.demands if item.id == name)
        said = (demand.again or (() if name == first else demand.say)) if fewest else demand.say
        early = {offer.id for offer in self.persona.offers if name in dict(offer.gives)} & self.put_off
        if early:  # nobody asks afresh for what was held out to her a minute ago
            self.put_off -= early
            return Plan(lines=self.phrases.say("offered_before", mood), question=True)
        lines = self.phrases.own("demand", said) or self.phrases.say("demand_again", mood)
        return Plan(lines=lines, question=True)
