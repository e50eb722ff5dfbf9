import gzip
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from segue_training.encoder import (
    MAX_TOKENS,
    Encoder,
    base_model_dir,
    embed,
    load_tokenizer,
    load_transformer,
    pad,
    tokenize,
)  # fmt: skip

FIXTURES = Path(__file__).parents[2] / "test/embedding/fixtures"


def golden(name: str) -> list[dict]:
    text = gzip.decompress((FIXTURES / name).read_bytes()).decode()
    return [json.loads(line) for line in text.split("\n") if line]


def test_token_ids_are_those_that_the_service_is_held_to():
    cases = golden("token-parity.jsonl.gz")
    assert len(cases) >= 2000
    tokenizer = load_tokenizer(base_model_dir())
    assert tokenize(tokenizer, [c["text"] for c in cases]) == [c["ids"] for c in cases]
    assert max(len(c["ids"]) for c in cases) == MAX_TOKENS


def test_embeddings_of_the_base_model_are_the_golden_ones():
    cases = golden("embedding-parity.jsonl.gz")[:20]
    encoder = Encoder(load_transformer(base_model_dir()))
    found = embed(encoder, load_tokenizer(base_model_dir()), [c["text"] for c in cases])
    cosines = (found * np.array([c["embedding"] for c in cases])).sum(axis=1)
    assert cosines.min() > 0.99999


def test_padding_changes_no_embedding(tiny_base):
    encoder = Encoder(load_transformer(tiny_base))
    ids = tokenize(load_tokenizer(tiny_base), ["bossa nova dinner", "a much longer text " * 9])
    with torch.inference_mode():
        alone, together = encoder(*pad(ids[:1]))[0], encoder(*pad(ids))[0]
    assert torch.allclose(alone, together, atol=1e-6)
    assert float(alone.norm()) == pytest.approx(1, abs=1e-6)
