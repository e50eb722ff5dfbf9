"""Training on tiny models of both kinds: it learns, is resumed to the same curve, and is loaded."""

from dataclasses import replace

import pytest
import torch

from segue_training.curator_model import CuratorModel
from segue_training.curator_text import CuratorDataError, Pair, answer_line, condense
from segue_training.curator_train import CuratorSettings, batches_of, train

from .curator_tiny import CURATION, request, write_model

SETTINGS = CuratorSettings(batch=2, epochs=6, learning_rate=0.02, rank=8, alpha=16, checkpoint=4)
PAIRS = [
    Pair(name, condense(request(name, "x" * n)["body"]["messages"]), answer_line(CURATION))
    for name, n in [("a", 1), ("b", 9), ("c", 4), ("d", 30)]
]


@pytest.fixture(params=[False, True], ids=["causal", "encoder-decoder"])
def base(request, tmp_path):
    return write_model(tmp_path / "base", request.param)


def load(folder, adapter=None):
    return CuratorModel.load(folder, adapter, dtype="float32")


def losses_of(base, run, **options):
    settings = options.pop("settings", SETTINGS)
    return train(load(base), PAIRS, run, settings, {"prompt_sha256": "x"}, quiet=True, **options)


def test_the_loss_falls_and_the_saved_adapter_has_learnt_it(base, tmp_path):
    losses = losses_of(base, tmp_path / "run")
    assert losses[-1] < 0.7 * losses[0]
    batch = [load(base).encode(pair) for pair in PAIRS]
    with torch.inference_mode():
        raw = load(base).loss(batch).item()
        tuned = load(base, tmp_path / "run").loss(batch).item()
    assert tuned < 0.7 * raw


def test_a_stopped_run_goes_on_to_the_same_curve(base, tmp_path):
    whole = losses_of(base, tmp_path / "whole")
    assert losses_of(base, tmp_path / "stopped", stop_after=5) == whole[:5]
    assert losses_of(base, tmp_path / "stopped") == whole


def test_another_seed_is_another_training(base, tmp_path):
    losses_of(base, tmp_path / "run", stop_after=1)
    with pytest.raises(CuratorDataError, match="another training"):
        losses_of(base, tmp_path / "run", settings=replace(SETTINGS, seed=2))


def test_padding_changes_no_loss(base):
    curator = load(base)
    rows = [curator.encode(pair) for pair in PAIRS]
    with torch.inference_mode():
        together = curator.loss(rows).item()
        alone = [curator.loss([row]).item() for row in rows]
    # All answers are of one length here, so that their mean is the batch's.
    assert together == pytest.approx(sum(alone) / len(alone), abs=1e-5)


def test_only_the_answer_is_learnt(base):
    curator = load(base)
    prompt, answer = curator.encode(PAIRS[0])
    assert answer[-1] == curator.tokenizer.eos_token_id
    assert curator.tokenizer.decode(answer[:-1]) == PAIRS[0].answer
    ids, labels = torch.tensor([prompt + answer]), torch.tensor([[-100] * len(prompt) + answer])
    with torch.inference_mode():
        if curator.encoder_decoder:
            ids, labels = torch.tensor([prompt]), torch.tensor([answer])
        plain = curator.model(input_ids=ids, labels=labels).loss.item()
        assert curator.loss([(prompt, answer)]).item() == pytest.approx(plain, abs=1e-5)


def test_batches_are_drawn_by_the_seed_from_pairs_that_fit():
    settings = CuratorSettings(batch=4, examples=10, epochs=2, tokens=90)
    lengths = list(range(100))
    batches = batches_of(lengths, settings)
    assert batches == batches_of(lengths, settings)
    assert batches != batches_of(lengths, replace(settings, seed=2))
    rows = [row for batch in batches for row in batch]
    assert len(rows) == 20
    assert len(set(rows)) == 10
    assert max(rows) <= 90


def test_a_missing_model_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"config\.json is missing"):
        load(tmp_path)
