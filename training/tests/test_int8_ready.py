import numpy as np
import pytest
import torch

from segue_training import onnx_graph
from segue_training.encoder import Encoder, embed, load_tokenizer, load_transformer
from segue_training.int8_ready import calibration_texts, prepare
from segue_training.step4_verify import onnx_embed

from .conftest import ROOT

TEXTS = ["rainy sunday indie folk", "90s eurodance", "夜に駆ける", "songs to lift heavy to " * 9]


@pytest.fixture
def spiky(tiny_base):
    """A model with channels as uneven as those of trained ones."""
    model = load_transformer(tiny_base, "eager")
    spikes = torch.ones(384)
    spikes[::40] = 30
    layer = model.encoder.layer[0]
    attention = layer.attention.self
    with torch.no_grad():
        model.embeddings.LayerNorm.weight *= spikes
        layer.attention.output.LayerNorm.weight *= spikes
        for linear in (attention.query, attention.key, attention.value, layer.intermediate.dense):
            linear.weight /= spikes
    return model


def test_prepared_weights_give_the_same_embedding_and_less_int8_error(spiky, tiny_base, tmp_path):
    tokenizer = load_tokenizer(tiny_base)
    exact = embed(Encoder(spiky), tokenizer, TEXTS)

    def int8_error() -> float:
        onnx_graph.write_float(Encoder(spiky), tmp_path / "fp32.onnx", "fp32")
        onnx_graph.write_int8(tmp_path / "fp32.onnx", tmp_path / "int8.onnx", ("kept",))
        return float(np.abs(onnx_embed(tmp_path / "int8.onnx", tokenizer)(TEXTS) - exact).mean())

    before = int8_error()
    prepare(spiky, tokenizer, TEXTS)
    assert np.abs(embed(Encoder(spiky), tokenizer, TEXTS) - exact).max() < 1e-4
    assert int8_error() < 0.5 * before


def test_calibrates_on_documents_and_queries_of_the_train_split():
    texts = calibration_texts(ROOT / "demo", 50)
    assert 100 <= len(texts) <= 220
    assert texts == calibration_texts(ROOT / "demo", 50)
