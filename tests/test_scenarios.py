"""Scenarios: who speaks when, and what must follow, as files in sample time (``tests/scenarios/*.toml``).

A scenario is a script of timed speech and a list of expectations. Nothing is heard and nothing is waited for: frames come
from the script, models answer after the delay that the file states, and a whole call takes a few milliseconds. The
format is explained in ``tests/scenarios/README.md``.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pytest

from personas import shelf
from simulator import commands as do
from simulator import events as ev
from simulator.engine import CallEngine
from simulator.floor import Floor
from simulator.latency import answered
from simulator.ports import FRAME_MS
from simulator.reading import Matches, OfferMade
from simulator.rehearsal.telephone import Line, Speech
from simulator.turn_policy import TurnPolicy

FOLDER: Final = Path(__file__).parent / "scenarios"
FILES: Final = sorted(FOLDER.glob("*.toml"))


@dataclass(frozen=True)
class Happened:
    """Something that a scenario can wait for or expect."""

    name: str
    t: int
    facts: dict[str, Any] = field(default_factory=dict)


class WatchedLine(Line):
    """A telephone line that tells what happens in the words of the scenario files."""

    def __init__(self, engine: CallEngine, *, turn_end: str = "answers", **options: Any) -> None:
        super().__init__(engine, [], **options)
        self.script: list[Speech] = []
        self.steps: list[tuple[ev.Event, tuple[do.Command, ...]]] = []
        self.happened: list[Happened] = []
        self.turn_end = turn_end
        self.offers: dict[str, OfferMade] = {}
        self._decided = self._silenced = 0
        self._began: set[int] = set()

    def _feed(self, event: ev.Event) -> None:
        before = len(self.log)
        super()._feed(event)
        commands = tuple(command for _, command in self.log[before:])
        self.steps.append((event, commands))
        for command in commands:
            for name, facts in self._told(command):
                self.happened.append(Happened(name, self.t, facts))

    def _answer(self, command: do.Command) -> None:
        if self.turn_end == "never" and isinstance(command, do.ScoreTurnEnd):
            return
        super()._answer(command)
        if isinstance(command, do.ReadReply):  # the telephone makes no offers: what was read is what came last
            due, number, read = self.queue.pop()
            assert isinstance(read, ev.ReplyRead)
            offers = tuple(offer for said, offer in self.offers.items() if said in command.reply)
            self.queue.append((due, number, replace(read, matches=Matches(offers=offers))))

    def _told(self, command: do.Command) -> list[tuple[str, dict[str, Any]]]:
        match command:
            case do.Transcribe():
                return [("listens", {"from_ms": command.start_ms, "to_ms": command.end_ms})]
            case do.ReadReply():
                return [("reads", {"text": command.reply})]
            case do.ReportTurn():
                facts = {"text": command.text, "overlap_ms": command.overlap_ms, "gap_ms": command.gap_ms}
                return [("turn", {**facts, "acts": command.acts})]
            case do.SayAloud():
                self._decided = command.utterance
                return [("decides", {"reason": command.reason, "text": command.text})]
            case do.Play():
                stale = command.utterance != self._decided or command.utterance <= self._silenced
                first = command.utterance not in self._began
                self._began.add(command.utterance)
                reason = next(
                    said.reason for _, said in reversed(self.log)
                    if isinstance(said, do.SayAloud) and said.utterance == command.utterance
                )  # fmt: skip
                told = [("caller_speaks", {"reason": reason})] if first else []
                return [*told, ("stale_sound", {})] if stale else told
            case do.Duck():
                return [("caller_ducks" if command.gain_db < 0 else "caller_rises", {})]
            case do.Stop():
                self._silenced = self._decided
                return [("caller_yields", {})]
            case do.HeardLine():
                return [("caller_finishes" if command.whole else "caller_cut_short", {"text": command.text})]
            case do.EndCall():
                return [("call_ends", {"outcome": command.outcome, "detail": command.detail})]
            case _:
                return []


class Scenario:
    """One file, held once."""

    def __init__(self, path: Path, ears_ms: int) -> None:
        self.file = tomllib.loads(path.read_text(encoding="utf-8"))
        persona = shelf.find(self.file.get("persona", "dana_double_billing"))
        policy = TurnPolicy(push_to_talk=self.file.get("push_to_talk", False))
        engine = CallEngine(persona, policy, self.file.get("seed", 7))
        engine.mood.heard = self.file.get("heard", engine.mood.heard)
        if "anger" in self.file:
            engine.mood.shift("test", self.file["anger"] - engine.mood.points)
        self.done = {str(key): float(value) for key, value in self.file.get("done", {}).items()}
        self.line = WatchedLine(engine, turn_end=self.file.get("turn_end", "answers"), ears_ms=ears_ms, done=self._done)
        self.pending = [*self._numbered("speech"), *self._numbered("act")]
        self.spoken: dict[int, tuple[int, int]] = {}

    def _numbered(self, kind: str) -> list[tuple[str, int, dict[str, Any]]]:
        return [(kind, index, entry) for index, entry in enumerate(self.file.get(kind, []), start=1)]

    def _done(self, words: str) -> float:
        """The turn-end model: as the file says for the last words, else sure."""
        return next((value for end, value in self.done.items() if words.endswith(end)), 0.9)

    def hold(self) -> None:
        """Frame by frame, until the end of the call or of the scenario."""
        until = int(self.file.get("until", 40_000))
        self.line.run(FRAME_MS)
        while self.line.t < until and self.line.engine.floor is not Floor.ENDED:
            self._start_what_is_due()
            self.line.run(self.line.t + FRAME_MS)

    def _start_what_is_due(self) -> None:
        for item in list(self.pending):
            kind, index, entry = item
            anchor = self.moment(entry.get("after", "call_begins"))
            if anchor is None or self.line.t < anchor + entry.get("at", 0) - FRAME_MS:
                continue
            at = anchor + entry.get("at", 0)
            self.pending.remove(item)
            if kind == "speech":
                until = at + entry["for"]
                self.spoken[index] = (at, until)
                if "offer" in entry:
                    slots = tuple(sorted(entry.get("slots", {}).items()))
                    made = OfferMade(offer=entry["offer"], score=0.97, quote=entry["say"], slots=slots)
                    self.line.offers[entry["say"]] = made
                self.line.script.append(Speech(at, until, entry.get("say", ""), tuple(entry.get("labels", ()))))
            elif entry["do"] == "loses_device":
                self.line._feed(ev.Fault(t=self.line.t, what="device_lost", detail="the headset went away"))
            elif entry["do"] == "overflows":
                self.line._feed(ev.Fault(t=self.line.t, what="overflow", detail="samples were lost"))
            else:
                self.line.act(entry["do"])

    def moment(self, name: str) -> int | None:
        """The call time of ``call_begins``, ``speech 2 begins``, ``speech 2 ends`` or ``caller_speaks 2``; None: not yet."""
        match name.split():
            case ["call_begins"]:
                return 0
            case ["speech", number, edge]:
                return self.spoken[int(number)][edge == "ends"] if int(number) in self.spoken else None
            case [event, *number]:
                times = [one.t for one in self.line.happened if one.name == event]
                index = int(number[0]) if number else 1
                return times[index - 1] if len(times) >= index else None
            case _:
                raise ValueError(f"no moment is called {name!r}")

    def judge(self) -> list[str]:
        """Everything that did not hold, in words."""
        found = [f"speech {index} was never said" for kind, index, _ in self.pending if kind == "speech"]
        for expected in self.file.get("expect", []):
            found += self._expect(expected)
        for unwanted in self.file.get("never", []):
            there = self._matching(unwanted)
            found += [f"{unwanted} happened at {there[0].t} ms"] if there else []
        for measured in self.file.get("latency", []):
            found += self._latency(measured)
        return found

    def _expect(self, wanted: dict[str, Any]) -> list[str]:
        found = self._matching(wanted)
        if "times" in wanted:
            return [] if len(found) == wanted["times"] else [f"{wanted}: happened {len(found)} times"]
        if not found:
            return [f"{wanted} did not happen"]
        anchor = self.moment(wanted.get("after", "call_begins"))
        assert anchor is not None
        late = found[0].t - anchor
        if "within_ms" in wanted and late > wanted["within_ms"]:
            return [f"{wanted}: came after {late} ms"]
        if "not_before_ms" in wanted and late < wanted["not_before_ms"]:
            return [f"{wanted}: came after {late} ms already"]
        if "covers" in wanted:
            begin, end = self.spoken[wanted["covers"]]
            facts = found[0].facts
            spare = wanted.get("spare_ms", 0)
            return [] if facts["from_ms"] <= begin - spare and facts["to_ms"] >= end else [f"{wanted}: {facts}"]
        return []

    def _matching(self, wanted: dict[str, Any]) -> list[Happened]:
        anchor = self.moment(wanted.get("after", "call_begins"))
        before = self.moment(wanted["before"]) if "before" in wanted else None
        if anchor is None:
            return []
        facts = {key: value for key, value in wanted.items() if key in ("text", "reason", "outcome")}
        return [
            one for one in self.line.happened
            if one.name == wanted["event"] and one.t >= anchor and (before is None or one.t < before)
            and all(one.facts.get(key) == value for key, value in facts.items())
            and wanted.get("says", "") in one.facts.get("text", "")
            and (not wanted.get("over") or one.facts.get("overlap_ms", 0) > 0)
        ]  # fmt: skip

    def _latency(self, wanted: dict[str, Any]) -> list[str]:
        """Latency is counted from the record of the call, after it."""
        turns = {one.turn: one for one in answered(self.line.steps)}
        if wanted["turn"] not in turns:
            return [f"{wanted}: was not answered"]
        sounded = turns[wanted["turn"]].sounded_ms
        return [] if wanted["least_ms"] <= sounded <= wanted["most_ms"] else [f"{wanted}: {sounded} ms"]


def _cases() -> list[Any]:
    cases = []
    for path in FILES:
        file = tomllib.loads(path.read_text(encoding="utf-8"))
        delays = file.get("ears_ms", 150)
        marks = [pytest.mark.xfail(strict=True, reason=file["fault"])] if "fault" in file else []
        for ears_ms in delays if isinstance(delays, list) else [delays]:
            name = path.stem if not isinstance(delays, list) else f"{path.stem}-{ears_ms}"
            cases.append(pytest.param(path, ears_ms, id=name, marks=marks))
    return cases


@pytest.mark.parametrize(("path", "ears_ms"), _cases())
def test_scenario(path: Path, ears_ms: int) -> None:
    scenario = Scenario(path, ears_ms)
    scenario.hold()
    found = scenario.judge()

    story = "\n".join(f"{one.t:>7} {one.name} {one.facts}" for one in scenario.line.happened)
    assert not found, "\n".join([scenario.file["title"], *found, story, str(scenario.spoken)])


KEYS: Final[dict[str, frozenset[str]]] = {
    "": frozenset("title source persona seed anger heard until ears_ms turn_end push_to_talk done fault speech act expect never latency".split()),
    "speech": frozenset("after at for say labels offer slots".split()),
    "act": frozenset("after at do".split()),
    "expect": frozenset("event after before within_ms not_before_ms text says reason outcome over times covers spare_ms".split()),
    "never": frozenset("event after before text says reason outcome over".split()),
    "latency": frozenset("turn least_ms most_ms".split()),
}  # fmt: skip


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_scenario_file_says_only_what_is_understood(path: Path) -> None:
    """A misspelt key would make a case that cannot fail."""
    file = tomllib.loads(path.read_text(encoding="utf-8"))

    assert set(file) <= KEYS[""], set(file) - KEYS[""]
    assert file["title"] and file["source"]
    assert file.get("expect") or file.get("never") or file.get("latency")
    for group in ("speech", "act", "expect", "never", "latency"):
        for entry in file.get(group, []):
            assert set(entry) <= KEYS[group], (group, set(entry) - KEYS[group])


def test_every_complaint_and_every_case_of_the_design_has_a_file() -> None:
    sources = [tomllib.loads(path.read_text(encoding="utf-8"))["source"] for path in FILES]
    complaints = [
        "#984",
        "#3375",
        "#754",
        "#3191",
        "#3701",
        "#6726",
        "#1741",
        "#6093",
        "#4219",
        "#2927",
        "#196",
        "#35",
        "#138",
        "#193",
    ]
    cases = ["pause held", "number being read out", "long silence", "smooth turn", "backchannel", "cough", "barges in",
             "cuts in", "both start at once", "hold", "device lost"]  # fmt: skip

    assert [wanted for wanted in [*complaints, *cases] if not any(wanted in source for source in sources)] == []


@pytest.mark.parametrize(
    ("wanted", "holds"),
    [
        ({"event": "caller_speaks", "within_ms": 10_000}, True),
        ({"event": "caller_speaks", "within_ms": -1}, False),
        ({"event": "caller_yields"}, False),
        ({"event": "turn", "times": 0}, True),
        ({"event": "turn", "times": 1}, False),
        ({"event": "decides", "reason": "greeting"}, True),
        ({"event": "decides", "reason": "cut_in"}, False),
    ],
)
def test_an_expectation_can_fail(tmp_path: Path, wanted: dict[str, Any], holds: bool) -> None:
    path = tmp_path / "a.toml"
    path.write_text('title = "t"\nsource = "s"\nuntil = 3000\n', encoding="utf-8")
    scenario = Scenario(path, 0)
    scenario.file["expect"] = [wanted]
    scenario.hold()

    assert (scenario.judge() == []) is holds
