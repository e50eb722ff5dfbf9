"""What a device computes fastest in, and how a process keeps its memory between steps."""

from __future__ import annotations

import ctypes
import sys

import torch

#: glibc's malloc.h: parameters of mallopt(3)
M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4


def precision_of(device: torch.device) -> torch.dtype:
    """bfloat16 where the device multiplies matrices in it (CUDA, a CPU with AMX tiles), float32
    elsewhere: a CPU that only emulates bfloat16 is slower with it."""
    tiles = device.type == "cpu" and torch.cpu._is_amx_tile_supported()
    return torch.bfloat16 if device.type == "cuda" or tiles else torch.float32


def autocast(device: torch.device) -> torch.autocast:
    """Matrix products in `precision_of(device)`; sums, softmax and weights stay float32."""
    dtype = precision_of(device)
    return torch.autocast(device.type, torch.bfloat16, enabled=dtype == torch.bfloat16)


def keep_memory() -> None:
    """Tells glibc to hold on to freed memory. A step allocates gigabytes and frees them; given back
    to the kernel, every page of the next step is a fault: half of the time of a step on a CPU."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):
            libc.mallopt(M_MMAP_MAX, 0)
            libc.mallopt(M_TRIM_THRESHOLD, -1)
