"""What a trainer is asked about each item of the rubric: the question in a person's words, not the machine's rule.

Nothing here says how the machine decides, so that agreement means that both looked at the same thing and not that one
copied the other's thresholds.
"""

from typing import Final

QUESTIONS: Final[dict[str, str]] = {
    "calmness.lets_finish": "Did the agent let the caller finish? Short sounds such as 'mm-hm' are not interrupting.",
    "calmness.talk_over_share": "Did the two speak at the same time little enough not to disturb? yes: hardly ever.",
    "calmness.own_loudness": "Did the agent stay at the same loudness? Needs the sound; without it: not observed.",
    "calmness.recovers": "After the caller flared up, did the agent bring it down again within a turn or two?",
    "calmness.no_hostile_words": "Was the agent free of insults, threats and contempt? yes: nothing of the kind.",
    "calmness.no_blame": "Did the agent avoid putting the fault on the caller? yes: no blame.",
    "calmness.no_dismissing": "Did the agent avoid making it small or telling the caller to calm down? yes: neither.",
    "calmness.no_rushing": "Did the agent give the caller time? yes: no hurrying.",
    "calmness.limits_fairly": "If the caller was abusive: was there a fair limit, a warning, and then the end?",
    "empathy.restates": "Did the agent say in own words what the caller had told?",
    "empathy.open_question": "Did the agent ask a question that invites the caller to tell more?",
    "empathy.own_specifics": "Did the agent speak of this caller's own details rather than in phrases for anyone?",
    "empathy.listens_first": "Was the caller heard before anything was proposed?",
    "empathy.names_feeling": "Did the agent name what the caller feels, or what it did to them?",
    "empathy.owns_fault": "Did the agent own the company's mistake?",
    "empathy.apology": "Was there an apology for something named? partly: only a stock phrase.",
    "empathy.no_empty_repeats": "Was the agent free of the same kind phrase again and again? yes: no repeats.",
    "resolution.demands": "Did the caller get this?",
    "resolution.hidden_need": "Did the agent find out what the caller did not say at first?",
    "resolution.concrete_steps": "Did the agent say who does what, and by when?",
    "resolution.no_vague_promises": "Were all promises such that one could check them? yes: none was vague.",
    "resolution.confirms": "Did the agent go over what was agreed at the end?",
    "resolution.promises_hold": "Did later promises fit the earlier ones? not observed: nothing was promised twice.",
    "resolution.key_steps": "Did the agent do what this caller is there to train (named in the title)?",
}
"""By rule id. The outcome is a fact of the recording and is not asked."""

SCORE_QUESTIONS: Final[dict[str, str]] = {
    "calmness": "How steady was the agent, in behaviour and words? 0 to 100.",
    "empathy": "How well was the caller listened to and understood? 0 to 100.",
    "resolution": "How well was it resolved, with what the agent could do? 0 to 100.",
}

README: Final = """\
Rating calls, blind
===================

Thank you for rating. Please rate alone, and do not look at any debrief of these calls: what the machine thinks is left
out here on purpose, and so is what other people think.

1. One file CODE.txt is one call, with the time of each turn in minutes and seconds. "Agent" is the trainee.
{sound}
2. Open {sheets} in a spreadsheet. One line is one question about one call.
3. Put your answer into the column "value":
     yes            it was so
     partly         half so, or only once where more was needed
     no             it was not so
     not observed   the call gave no occasion for it, or you cannot tell (also: n/o)
   For the lines that begin with "score:" put a number from 0 (as poor as it gets) to 100 (as good as it gets).
   Leave the value empty if you have not rated it; an empty line is left out.
4. If the column "rater" is empty, put your name or a code into it (or name the file after you).
5. "why" is for you: a word on what decided it helps when two people talk about it later.
6. Save as CSV, in place, and give the file back. Do not change the columns "call" and "item".

What happens with it: hotseat calibrate read SHEET... compares people with people and the machine with people, item by
item. It is about the machine's scores. It is not about the trainees, and not for HR use.
"""
