"""What is said for measuring: twenty lines as callers say them, from one to three clauses each."""

LINES = (
    "I was charged twice, and nobody there can tell me why.",
    "Nine days, and not a single person has called me back.",
    "You tell me. It should be in your notes, shouldn't it?",
    "I gave you that number already, and I am not reading it out again.",
    "My payment bounced because of this, and they left a note for me.",
    "So where is my money? I want it back today, not someday.",
    "I waited forty minutes on hold to hear the same thing again.",
    "The third, and then again on the fourth. I have both on my screen.",
    "Don't tell me to calm down. I have been calm for nine days.",
    "Your website says it was delivered, and my hallway is empty.",
    "Somebody promised me a phone call on Tuesday, and nobody called.",
    "I'm not asking for a favour, I'm asking for what I paid for.",
    "And who is going to pay the thirty-five dollar fee?",
    "Look, I know it isn't your fault, but it is your company.",
    "If this happens next month, I'm going to another company.",
    "Could you please just listen for one minute before you answer?",
    "That is not an answer. When exactly will somebody be here?",
    "My daughter's birthday is on Saturday, and the present is lost.",
    "All right. Tell me what you can do, and tell me when.",
    "Thank you. That's the first useful thing I've heard all week.",
)
