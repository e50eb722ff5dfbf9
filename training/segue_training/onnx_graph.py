"""The encoder as ONNX graphs: fp32, fp16 for GPUs, dynamic int8 for CPUs."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

from .encoder import Encoder

INPUTS = ["input_ids", "attention_mask"]
OUTPUT = "sentence_embedding"


def write_float(encoder: Encoder, path: Path, precision: str) -> None:
    """Exports the whole encoder, pooling and normalisation included, with dynamic batch and length.

    `fp16` halves the transformer only: pooling sums 128 tokens and normalisation squares, so both
    stay in float32, as does the output. The transformer must use eager attention: the tracer cannot
    follow the fused kernel's mask.
    """
    encoder.transformer.to(torch.float16 if precision == "fp16" else torch.float32)
    ids = torch.tensor([[101, 2189, 102], [101, 102, 0]])
    mask = torch.tensor([[1, 1, 1], [1, 1, 0]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            encoder.cpu().eval(),
            (ids, mask),
            str(path),
            input_names=INPUTS,
            output_names=[OUTPUT],
            dynamic_axes={
                **{name: {0: "batch", 1: "tokens"} for name in INPUTS},
                OUTPUT: {0: "batch"},
            },
            opset_version=17,
            dynamo=False,
        )
    onnx.checker.check_model(str(path))


def write_int8(fp32: Path, path: Path, exclude: tuple[str, ...] = ()) -> None:
    """Dynamic int8: MatMul weights per channel in 7 bits, token embeddings per row in 8.

    reduce_range keeps AVX2 and AVX-512 without VNNI from saturating. onnxruntime would give the
    embedding table one scale for all 30,522 rows; a scale a row costs 122 kB and loses nothing.
    """
    quantize_dynamic(
        str(fp32),
        str(path),
        op_types_to_quantize=["MatMul"],
        weight_type=QuantType.QInt8,
        per_channel=True,
        reduce_range=True,
        nodes_to_exclude=[
            node.name
            for node in onnx.load(str(fp32)).graph.node
            if any(part in node.name for part in exclude)
        ],
    )
    model = onnx.load(str(path))
    quantise_embeddings(model, min_rows=1024)
    onnx.save(model, str(path))


def quantise_embeddings(model: onnx.ModelProto, min_rows: int) -> None:
    """Replaces each large Gather(table, ids) by Cast(Gather(int8 table)) * Gather(row scales)."""
    graph = model.graph
    tables = {item.name: item for item in graph.initializer}
    for node in list(graph.node):
        table = tables.get(node.input[0]) if node.op_type == "Gather" else None
        if table is None or table.data_type != TensorProto.FLOAT or table.dims[0] < min_rows:
            continue
        weights = numpy_helper.to_array(table)
        scales = (np.abs(weights).max(axis=1, keepdims=True) / 127).astype(np.float32)
        rows = np.rint(weights / np.maximum(scales, 1e-12)).astype(np.int8)
        base, position = table.name, list(graph.node).index(node)
        graph.initializer.remove(table)
        graph.initializer.extend(
            [
                numpy_helper.from_array(rows, f"{base}_int8"),
                numpy_helper.from_array(scales, f"{base}_scale"),
            ]
        )
        ids, output = node.input[1], node.output[0]
        graph.node.remove(node)
        replacement = [
            helper.make_node("Gather", [f"{base}_int8", ids], [f"{base}_rows"]),
            helper.make_node("Cast", [f"{base}_rows"], [f"{base}_float"], to=TensorProto.FLOAT),
            helper.make_node("Gather", [f"{base}_scale", ids], [f"{base}_row_scale"]),
            helper.make_node("Mul", [f"{base}_float", f"{base}_row_scale"], [output]),
        ]
        for offset, item in enumerate(replacement):
            graph.node.insert(position + offset, item)
    onnx.checker.check_model(model)
