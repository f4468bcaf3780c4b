"""The training loop."""

import copy
import math
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from torch import nn

from scripts.training.corpus import Row, targets
from scripts.training.mishearing import Mishearing
from scripts.training.network import Batcher, Network
from scripts.training.steps import follow, learn
from scripts.training.views import varied


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What decides a run, besides its rows."""

    seed: int = 1
    epochs: int = 8
    batch: int = 32
    rate: float = 3e-4
    """Of the top layer; each layer below has ``decay`` of it."""
    decay: float = 0.9
    positive: float = 4.0
    """Largest weight of a positive cell; rarer labels weigh more up to it."""
    half: bool = True
    """bfloat16 where it is safe."""


def loss_of(logits: torch.Tensor, wanted: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy, positives of rare labels weighted up, easy negatives down (asymmetric focal)."""
    p = torch.sigmoid(logits)
    positive = wanted * nn.functional.logsigmoid(logits) * weights
    negative = (1 - wanted) * nn.functional.logsigmoid(-logits) * p.detach().clamp(min=0.05)
    return -(positive + negative).sum(1).mean()


def parameter_groups(model: Network, rate: float, decay: float) -> list[dict]:
    groups = [{"params": [model.look.weight, model.look.bias, model.weight, model.bias], "lr": max(rate * 10, 1e-3)}]
    layers = model.encoder.encoder.layer
    for n, layer in enumerate(layers):
        groups.append({"params": list(layer.parameters()), "lr": rate * decay ** (len(layers) - 1 - n)})
    trained = {id(each) for group in groups for each in group["params"]}
    for parameter in model.parameters():  # words never seen in training stay where the encoder put them
        parameter.requires_grad = id(parameter) in trained
    return groups


def train(
    model: Network, batcher: Batcher, data: list[Row], recipe: Recipe, keep: Path, taught: np.ndarray | None = None
) -> Network:
    """Fine-tune; returns the moving average of the weights. ``keep`` is written after each epoch and taken up again.

    ``taught`` are probabilities (rows, labels) of a teacher for rows that are shown as they are; they are mixed half
    and half with the labels.
    """
    chance = Random(recipe.seed)
    beside: dict[str, list[Row]] = {}
    for row in data:
        beside.setdefault(row.scenario, []).append(row)
    counts = torch.from_numpy(targets(data)).sum(0)
    weights = ((len(data) - counts) / counts.clamp(min=1)).sqrt().clamp(max=recipe.positive)
    optimiser = torch.optim.AdamW(parameter_groups(model, recipe.rate, recipe.decay), weight_decay=0.01)
    steps = recipe.epochs * math.ceil(len(data) / recipe.batch)
    shape = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda s: min((s + 1) / (0.08 * steps), max(0.02, (steps - s) / (0.92 * steps)))
    )
    mishear = Mishearing(row.reply for row in data)
    average = copy.deepcopy(model).eval()
    began, step, first = time.monotonic(), 0, 0
    if keep.exists():
        saved = torch.load(keep, weights_only=False)
        model.load_state_dict(saved["model"])
        average.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        shape.load_state_dict(saved["shape"])
        torch.set_rng_state(saved["torch"])
        chance.setstate(saved["chance"])
        step, first = saved["step"], saved["epoch"]
        print(f"taken up after epoch {first}", flush=True)
    for epoch in range(first, recipe.epochs):
        views = []
        for n, row in enumerate(data):
            view = varied(row, [other for other in beside[row.scenario] if other is not row], chance, mishear)
            wanted = targets([view])[0]
            if (
                taught is not None
                and view.labels == row.labels
                and len(view.reply.split()) < 1.2 * len(row.reply.split()) + 3
            ):
                wanted = 0.5 * wanted + 0.5 * taught[n]
            views.append((view, wanted))
        chance.shuffle(views)
        batches = []
        for n in range(0, len(views), recipe.batch * 16):
            pool = sorted(views[n : n + recipe.batch * 16], key=lambda v: len(v[0].reply) + min(len(v[0].caller), 100))
            batches += [pool[m : m + recipe.batch] for m in range(0, len(pool), recipe.batch)]
        chance.shuffle(batches)
        model.train()
        total = 0.0
        for pairs in batches:
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=recipe.half):
                logits = model(*batcher.batch([view for view, _ in pairs]))
            loss = loss_of(logits.float(), torch.from_numpy(np.stack([wanted for _, wanted in pairs])), weights)
            learn(loss, model, optimiser, shape)
            step += 1
            total += loss.item()
            follow(average, model, step, most=0.99)
        torch.save(
            {"model": model.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict(),
             "shape": shape.state_dict(), "torch": torch.get_rng_state(), "chance": chance.getstate(), "step": step,
             "epoch": epoch + 1}, keep,
        )  # fmt: skip
        print(f"epoch {epoch + 1}: loss {total / len(batches):.3f}, {time.monotonic() - began:.0f} s", flush=True)
    return average
