"""Training of the matcher's encoder: which fact is asked and which offer is made, for callers it has never seen.

One step is one invented caller: every class (fact, offer) is shown by a few of its example sentences, and the ways
trainees really say it must come nearest to them. Sentences that say nearly the same without asking or offering, and
talk beside the point, must come nearer to "none". A stance head beside it says whether a clause asks, offers or does
neither; the score of a class is similarity plus stance.
"""

import copy
import re
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import AutoConfig, AutoModel, PreTrainedModel

from evaluation.encoder import ASKS, NEITHER, OFFERS
from evaluation.matcher import OTHER_BANK
from evaluation.text import normal
from scripts.training.mishearing import Mishearing
from scripts.training.steps import follow, learn

SHOWN: Final = 6
"""Example sentences of a class in one step."""
SHARP: Final = 40.0
"""The higher, the nearer the soft highest similarity is to the highest."""
HIDDEN: Final = 0.25
"""Share of a caller's classes that a step hides: what is said for them must then be taken for none of hers."""
IGNORED: Final = -1
"""Class of a sentence that only teaches stance."""
ASKED: Final = 5
"""Sentences of a class that are to be recognised in one step."""
PARTS: Final = 4
"""Batches into which the sentences of a step are cut by length."""
TALK: Final = 10
BESIDE: Final = 12
TURNS: Final = 24
"""Per step: clauses of other calls that neither ask nor offer, lines beside the point, and whole turns for stance."""


@dataclass(frozen=True, slots=True)
class Item:
    """A fact or an offer of an invented caller."""

    stance: int
    shown: tuple[str, ...]
    said: tuple[str, ...]
    unsaid: tuple[str, ...]
    """Nearly the same words that make no offer."""


@dataclass(frozen=True, slots=True)
class Invented:
    """An invented caller."""

    name: str
    items: tuple[Item, ...]
    beside: tuple[str, ...]


def read_invented(folder: Path) -> list[Invented]:
    """Every caller of the .txt files in ``folder``: '# name: case', then lines F, O and X (see the data card)."""
    found: list[Invented] = []
    for file in sorted(folder.glob("*.txt")):
        for block in re.split(r"^# ", file.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
            head, *lines = block.strip().splitlines()
            items, beside = [], []
            for line in lines:
                if not line.strip():
                    continue
                first, *rest = [part.strip() for part in line.split("|")]
                groups = [tuple(each.strip() for each in part.split(";") if each.strip()) for part in rest]
                if first == "X":
                    beside += groups[0]
                else:
                    items.append(
                        Item(ASKS if first[0] == "F" else OFFERS, groups[0], groups[1], groups[2] if groups[2:] else ())
                    )
            found.append(Invented(head.split(":")[0], tuple(items), tuple(beside)))
    return found


class MatchingNetwork(nn.Module):
    """Encoder, mean of its last layer, stance head, and the scale and the bar of similarities."""

    def __init__(self, encoder: PreTrainedModel) -> None:
        super().__init__()
        self.encoder = encoder
        self.stance = nn.Linear(encoder.config.hidden_size, 3)
        self.scale = nn.Parameter(torch.tensor(15.0))
        self.bar = nn.Parameter(torch.tensor(0.45))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Vectors of length one (rows, size) and stance logits (rows, 3)."""
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        real = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * real).sum(1) / real.sum(1)
        return nn.functional.normalize(mean.float(), dim=-1), self.stance(mean).float()


def load_matching(folder: Path) -> tuple[MatchingNetwork, Tokenizer]:
    config = AutoConfig.from_pretrained(folder)
    encoder = AutoModel.from_pretrained(folder, config=config, add_pooling_layer=False)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(64)
    tokenizer.no_padding()
    return MatchingNetwork(encoder), tokenizer


def encode(tokenizer: Tokenizer, lines: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    rows = [tokenizer.encode(normal(line)).ids for line in lines]
    ids = torch.zeros((len(rows), -(-max(map(len, rows)) // 8) * 8), dtype=torch.int64)
    mask = torch.zeros_like(ids)
    for n, row in enumerate(rows):
        ids[n, : len(row)] = torch.tensor(row)
        mask[n, : len(row)] = 1
    return ids, mask


def train_matching(
    model: MatchingNetwork, tokenizer: Tokenizer, callers: list[Invented], talk: list[str],
    turns: list[tuple[str, int]], *, seed: int, epochs: int, rate: float,
) -> MatchingNetwork:  # fmt: skip
    """Fine-tune; returns the moving average of the weights.

    ``talk`` is what trainees say besides, in other calls; ``turns`` are turns of other calls with their stance.
    """
    chance = Random(seed)
    mishear = Mishearing(line for caller in callers for item in caller.items for line in item.shown + item.said)
    bank = [line for line in OTHER_BANK.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    layers = list(model.encoder.encoder.layer.parameters())
    for parameter in model.encoder.embeddings.parameters():
        parameter.requires_grad = False
    optimiser = torch.optim.AdamW(
        [{"params": layers, "lr": rate}, {"params": [*model.stance.parameters()], "lr": 1e-3},
         {"params": [model.scale, model.bar], "lr": 1e-2}], weight_decay=0.01,
    )  # fmt: skip
    steps = epochs * len(callers)
    shape = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min((s + 1) / (0.1 * steps), max(0.02, (steps - s) / (0.9 * steps)))
    )
    average, step, began = copy.deepcopy(model).eval(), 0, time.monotonic()

    def view(line: str) -> str:
        draw = chance.random()
        if draw < 0.2:
            other = chance.choice(talk)
            line = f"{other} {line}" if chance.random() < 0.6 else f"{line} {other}"
        if draw > 0.6:
            line = mishear(line, chance.choice((0.0, 0.05, 0.1)), chance)
        return line

    for epoch in range(epochs):
        total = 0.0
        model.train()
        for caller in chance.sample(callers, len(callers)):
            shown: list[str] = []
            owner: list[int] = []
            asked: list[str] = []
            wanted: list[int] = []
            stance: list[int] = []
            hidden = [item for item in caller.items if chance.random() < HIDDEN]
            items = [item for item in caller.items if item not in hidden]
            for item in hidden:
                for line in chance.sample(item.said, min(3, len(item.said))):
                    asked.append(view(line))
                    wanted.append(len(items))
                    stance.append(item.stance)
            for n, item in enumerate(items):
                pool = list(item.shown + item.said)
                chance.shuffle(pool)
                examples = pool[: chance.randint(2, SHOWN)]
                shown += examples
                owner += [n] * len(examples)
                for line in [line for line in pool if line not in examples][:ASKED]:
                    asked.append(view(line))
                    wanted.append(n)
                    stance.append(item.stance)
                for line in item.unsaid:
                    asked.append(view(line))
                    wanted.append(len(items))
                    stance.append(NEITHER)
            other = chance.choice([each for each in callers if each is not caller])
            for line in [
                *chance.sample(caller.beside, min(BESIDE, len(caller.beside))),
                *chance.sample(talk, TALK),
                *chance.sample(other.beside, min(4, len(other.beside))),
            ]:
                asked.append(view(line))
                wanted.append(len(items))
                stance.append(NEITHER)
            for line, kind in chance.sample(turns, TURNS):
                asked.append(line)
                wanted.append(len(items) if kind == NEITHER else IGNORED)
                stance.append(kind)
            # Another caller's questions and offers: asked or offered, but nothing that this one knows. Stance only.
            for item in chance.sample(other.items, min(4, len(other.items))):
                asked.append(view(item.said[0]))
                wanted.append(IGNORED)
                stance.append(item.stance)
            none = chance.sample(bank, 24)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                vectors, _ = model(*encode(tokenizer, shown + none))
                said, stances = encoded(model, tokenizer, asked)
            scores = class_scores(model, said @ vectors.T, stances, owner, [item.stance for item in items])
            target, kinds = torch.tensor(wanted), torch.tensor(stance)
            loss = nn.functional.cross_entropy(
                scores, target, ignore_index=IGNORED
            ) + 0.5 * nn.functional.cross_entropy(stances, kinds)
            learn(loss, model, optimiser, shape)
            step += 1
            total += loss.item()
            follow(average, model, step, most=0.98)
        print(f"epoch {epoch + 1}: loss {total / len(callers):.3f}, {time.monotonic() - began:.0f} s", flush=True)
    return average


def encoded(model: MatchingNetwork, tokenizer: Tokenizer, lines: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """Vectors and stances of ``lines``, run in parts of like length so that little is padding."""
    order = sorted(range(len(lines)), key=lambda n: len(lines[n]))
    size = -(-len(order) // PARTS)
    found = [
        model(*encode(tokenizer, [lines[n] for n in order[begin : begin + size]]))
        for begin in range(0, len(order), size)
    ]
    back = torch.tensor(order).argsort()
    return torch.cat([vectors for vectors, _ in found])[back], torch.cat([stances for _, stances in found])[back]


def class_scores(
    model: MatchingNetwork, near: torch.Tensor, stances: torch.Tensor, owner: list[int], kinds: list[int]
) -> torch.Tensor:
    """(said, classes + none): what ``evaluation.matcher`` computes at run time, with a soft highest similarity."""
    log = torch.log_softmax(stances, dim=1)
    whose = torch.tensor(owner)
    columns = []
    for n, kind in enumerate(kinds):
        each = near[:, : len(owner)][:, whose == n]
        columns.append(soft_highest(each) * model.scale + log[:, kind])
    bar = model.scale * (model.bar + torch.zeros(len(near)))
    if near.shape[1] > len(owner):
        bar = torch.maximum(bar, soft_highest(near[:, len(owner) :]) * model.scale)
    columns.append(bar)
    return torch.stack(columns, 1)


def soft_highest(near: torch.Tensor) -> torch.Tensor:
    """The highest of each row, smooth enough to learn from."""
    return torch.logsumexp(near * SHARP, 1) / SHARP
