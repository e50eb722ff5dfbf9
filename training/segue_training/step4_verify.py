"""Step 4, verify: is an exported folder what it claims to be?

1. manifest: fingerprint, sizes and checksums of every file
2. parity: fp32 and fp16 graphs against torch, cosine of each text
3. int8: what it costs in Recall@1/3/10 and benchmark nDCG@10 on dev, and in cosine
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from . import manifest
from .encoder import Encoder, base_model_dir, embed, load_tokenizer, load_transformer, tokenize
from .measure import DevSet, brief

PARITY = 0.9999
INT8_LOSS = 0.005  # of Recall@10


class VerificationError(Exception):
    """The folder fails a gate: which, and by how much."""


def onnx_embed(path: Path, tokenizer, threads: int = 1) -> Callable[[Sequence[str]], np.ndarray]:
    """One text at a time, as the service runs it: int8 scales activations per tensor, so that in a
    batch a text's vector would depend on its neighbours."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])

    def run(texts: Sequence[str]) -> np.ndarray:
        rows = []
        for ids in tokenize(tokenizer, texts):
            row = np.array([ids], dtype=np.int64)
            feeds = {"input_ids": row, "attention_mask": np.ones_like(row)}
            rows.append(session.run(["sentence_embedding"], feeds)[0][0])
        return np.stack(rows)

    return run


def verify(folder: Path, source: Path | None, dev: DevSet | None, texts: Sequence[str]) -> dict:
    """Returns the report; raises ManifestError or VerificationError at the first failed gate."""
    described = manifest.check(folder)
    source = source or base_model_dir()
    tokenizer = load_tokenizer(source)
    encoder = Encoder(load_transformer(source))
    exact = embed(encoder, tokenizer, texts)
    report: dict = {"fingerprint": described["fingerprint"], "texts": len(texts)}
    for precision, name in described["precisions"].items():
        if not (folder / name).exists():
            continue
        cosines = (onnx_embed(folder / name, tokenizer)(texts) * exact).sum(axis=1)
        report[precision] = {"cosine_min": float(cosines.min()), "cosine": float(cosines.mean())}
        if precision != "int8" and cosines.min() < PARITY:
            raise VerificationError(
                f"{name}: cosine to torch {cosines.min():.5f}, at least {PARITY} is wanted"
            )
    if dev and "int8" in described["precisions"]:
        full = dev.measure(lambda asked: embed(encoder, tokenizer, asked))
        small = dev.measure(onnx_embed(folder / described["precisions"]["int8"], tokenizer))
        report["dev"] = {"fp32": brief(full), "int8": brief(small)}
        loss = full["recall@10"] - small["recall@10"]
        report["int8_loss_recall@10"] = loss
        if loss > INT8_LOSS:
            raise VerificationError(
                f"int8 costs {100 * loss:.2f} points of Recall@10 "
                f"({full['recall@10']:.4f} to {small['recall@10']:.4f}), at most 0.5 is allowed"
            )
    return report
