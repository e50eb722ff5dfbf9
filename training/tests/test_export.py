import json

import numpy as np
import onnx
import pytest

from segue_training.encoder import Encoder, embed, load_tokenizer, load_transformer
from segue_training.manifest import ManifestError
from segue_training.step2_merge import merge
from segue_training.step3_export import export
from segue_training.step4_verify import VerificationError, onnx_embed, verify

TEXTS = ["", "rainy sunday indie folk", "夜に駆ける", "songs to lift heavy to " * 40]


@pytest.fixture(scope="module")
def source(tiny_base, tmp_path_factory):
    from .test_training import adapted

    folder = tmp_path_factory.mktemp("export")
    adapted(tiny_base, 1).save_pretrained(folder / "adapter")
    merge(tiny_base, folder / "adapter", 1.0, folder / "merged", "# a card\n")
    return folder / "merged"


@pytest.fixture(scope="module")
def exported(source, tmp_path_factory):
    out = tmp_path_factory.mktemp("models") / "tiny"
    export(source, out, ("int8", "fp16", "fp32"))
    return out


def test_the_folder_verifies_against_the_merged_weights(exported, source):
    report = verify(exported, source, None, TEXTS)
    assert report["fp32"]["cosine_min"] > 0.99999
    assert report["fp16"]["cosine_min"] > 0.9999
    assert report["int8"]["cosine_min"] > 0.9


def test_verify_refuses_graphs_of_other_weights(exported, tiny_base):
    with pytest.raises(VerificationError, match="cosine to torch"):
        verify(exported, tiny_base, None, TEXTS)


def test_the_manifest_says_what_the_service_needs(exported):
    written = json.loads((exported / "manifest.json").read_text())
    assert written["dimensions"] == 384
    assert written["maxTokens"] == 128
    assert set(written["precisions"]) == {"int8", "fp16", "fp32"}
    paths = [entry["path"] for entry in written["files"]]
    assert paths == sorted(paths)
    assert {"tokenizer.json", "tokenizer_config.json", "LICENSE", "README.md"} <= set(paths)
    assert "adapter/adapter_model.safetensors" in paths


def test_int8_keeps_each_embedding_row_to_half_a_step(exported):
    graphs = {p: onnx.load(exported / f"model_{p}.onnx").graph for p in ("fp32", "int8")}
    arrays = {
        p: {item.name: onnx.numpy_helper.to_array(item) for item in graph.initializer}
        for p, graph in graphs.items()
    }
    (name,) = (n for n in arrays["int8"] if n.endswith("word_embeddings.weight_int8"))
    base = name.removesuffix("_int8")
    step = arrays["int8"][f"{base}_scale"]
    error = np.abs(arrays["int8"][name] * step - arrays["fp32"][base])
    assert (error <= step / 2 + 1e-7).all()
    assert base not in arrays["int8"]


def test_int8_of_a_text_does_not_depend_on_when_it_is_run(exported, source):
    run = onnx_embed(exported / "model_int8.onnx", load_tokenizer(source))
    assert np.array_equal(run(TEXTS)[1], run(TEXTS[1:2])[0])


def test_exporting_again_replaces_the_folder_whole(exported, source, tmp_path):
    out = tmp_path / "tiny"
    out.mkdir()
    (out / "stale.bin").write_bytes(b"x")
    export(source, out, ("int8",))
    assert not (out / "stale.bin").exists()
    verify(out, source, None, TEXTS)
    (out / "README.md").write_text("changed")
    with pytest.raises(ManifestError, match=r"README\.md differs"):
        verify(out, source, None, TEXTS)


def test_torch_and_fp32_graph_agree_on_every_text(exported, source):
    tokenizer = load_tokenizer(source)
    exact = embed(Encoder(load_transformer(source)), tokenizer, TEXTS)
    assert np.abs(onnx_embed(exported / "model_fp32.onnx", tokenizer)(TEXTS) - exact).max() < 1e-5
