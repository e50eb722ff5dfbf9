"""int8's rounding in torch, so that the last steps of training can take it into account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import nn


class Straight(torch.autograd.Function):
    """Rounds forwards, passes the gradient on backwards."""

    @staticmethod
    def forward(ctx, exact: torch.Tensor, rounded: torch.Tensor) -> torch.Tensor:
        return rounded

    @staticmethod
    def backward(ctx, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        return gradient, None


def round_activation(x: torch.Tensor) -> torch.Tensor:
    """DynamicQuantizeLinear: 8 bits, one scale and zero a text; x is [batch, tokens, width]."""
    low = x.detach().amin((1, 2), keepdim=True).clamp(max=0)
    high = x.detach().amax((1, 2), keepdim=True).clamp(min=0)
    step = ((high - low) / 255).clamp(min=1e-9)
    zero = torch.round(-low / step)
    rounded = (torch.clamp(torch.round(x.detach() / step) + zero, 0, 255) - zero) * step
    return Straight.apply(x, rounded)


def round_weight(weight: torch.Tensor, bits: int = 7) -> torch.Tensor:
    """Symmetric, one scale an output channel (weight is [out, in])."""
    step = weight.abs().amax(1, keepdim=True).clamp(min=1e-9) / (2 ** (bits - 1) - 1)
    return torch.round(weight / step) * step


@contextmanager
def rounding(model: nn.Module) -> Iterator[None]:
    """Within the block the fused layers (lora.fuse) compute on rounded activations and weights."""
    layers = [layer for layer in model.modules() if hasattr(layer, "rounded")]
    for layer in layers:
        layer.rounded = True
    try:
        yield
    finally:
        for layer in layers:
            layer.rounded = False
