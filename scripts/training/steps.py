"""What every training loop here does with a loss: one step of the optimiser, and the moving average of the weights."""

import torch
from torch import nn


def learn(
    loss: torch.Tensor, model: nn.Module, optimiser: torch.optim.Optimizer, shape: torch.optim.lr_scheduler.LRScheduler
) -> None:
    """One step down ``loss``, gradients clipped to length one."""
    optimiser.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    shape.step()


@torch.no_grad()
def follow(average: nn.Module, model: nn.Module, step: int, most: float) -> None:
    """Move ``average`` towards ``model``; it keeps a share of itself that grows with ``step`` up to ``most``."""
    keeps = min(most, (1 + step) / (10 + step))
    for old, new in zip(average.parameters(), model.parameters(), strict=True):
        if new.requires_grad:
            old.lerp_(new, 1 - keeps)
