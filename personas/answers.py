"""Answers to the eleven questions as a text file: kept when the asking is broken off, and read to go on.

    name: Ann Weller
    greeting:
      Hello, it's about a parcel that isn't here.
      Hi. My parcel. Again.

A key of a question at the very left, its answer behind the colon or indented below it; lines that begin with # are
left out.
"""

import re
from pathlib import Path
from typing import Final, NoReturn

from personas.findings import Finding, PersonaError, printable
from personas.interview import QUESTIONS, Answers, problem, tidy
from personas.source import read_source, text_lines
from personas.vocabulary import did_you_mean

_KEY: Final = re.compile(r"(\w+):(.*)")


def read_answers(path: Path) -> dict[str, tuple[str, ...]]:
    """The answers in the file at ``path``. Raises ``PersonaError`` with the line that cannot be one."""
    known = [question.key for question in QUESTIONS]
    found: dict[str, list[str]] = {}
    began: dict[str, int] = {}
    key = ""
    for number, raw in enumerate(text_lines(read_source(path)), 1):
        if not raw.strip() or raw.startswith("#"):
            continue
        match = _KEY.fullmatch(raw)
        if raw[0].isspace():
            if not key:
                _refuse(path, number, "this line answers nothing.", "Write the key of a question above it: name:")
            found[key].append(raw.strip())
        elif match is None or match[1] not in known:
            hint = did_you_mean(match[1] if match else raw, known) or f"The keys are {', '.join(known)}."
            _refuse(path, number, f"'{printable(match[1] if match else raw)}' is none of the eleven questions.", hint)
        elif match[1] in found:
            _refuse(path, number, f"'{match[1]}' is already on line {began[match[1]]}.", "Keep one of the two.")
        else:
            key = match[1]
            found[key], began[key] = [match[2].strip()] if match[2].strip() else [], number
    for key, lines in found.items():
        if wrong := problem(key, lines):
            _refuse(path, began[key], f"{key}: {wrong}.", "")
    return {key: tuple(lines) for key, lines in found.items()}


def answers_text(answers: Answers) -> str:
    """``answers`` as ``read_answers`` reads them; an empty answer is kept too, for it was given."""
    out = ["# Answers to the questions of `hotseat personas new`; go on with --answers and this file."]
    for question in QUESTIONS:
        lines = [line for line in map(tidy, answers.get(question.key, ())) if line]
        if question.key in answers and len(lines) == 1 and not question.many:
            out.append(f"{question.key}: {lines[0]}")
        elif question.key in answers:
            out += [f"{question.key}:", *(f"  {line}" for line in lines)]
    return "\n".join(out) + "\n"


def _refuse(path: Path, line: int, message: str, hint: str) -> NoReturn:
    finding = Finding(file=printable(str(path), 300), line=line, column=1, level="error", message=message, hint=hint)
    raise PersonaError([finding])
