import json

import numpy as np
import pytest

from segue_training.controls import is_prose, non_music
from segue_training.ladder import Rung, markdown, table, trained_rungs

GROUPS = list(range(50))


def test_a_row_has_means_of_seeds_gain_over_the_first_rung_and_p_over_the_one_before():
    first = Rung("base", [[1, 20] * 25], [0.5])
    better = Rung("tuned", [[1, 2] * 25, [1, 20] * 25], [0.6, 0.7])
    base, tuned = table([first, better], GROUPS)
    assert base["recall@10"] == 0.5
    assert "recall@10 p" not in base
    assert tuned["recall@1"] == 0.5
    assert tuned["recall@3"] == 0.75
    assert tuned["recall@3 over the first, %"] == pytest.approx(50)
    assert tuned["recall@3 seeds"] == [1.0, 0.5]
    assert tuned["recall@1 p"] == 1
    assert tuned["recall@10 p"] < 0.001
    assert tuned["benchmark nDCG@10"] == pytest.approx(0.65)
    assert "| tuned | 2 | 0.500 " in markdown([base, tuned])


def test_rungs_are_read_in_the_order_of_the_runs_without_those_that_lack_ranks(tmp_path):
    def run(name, figures):
        return json.dumps({"name": name, "figures": {"benchmark_ndcg@10": 0.5, **figures}}) + "\n"

    results = tmp_path / "results.jsonl"
    lines = [run("b", {"ranks": [1, 2]}), run("a", {"ranks": [3, 4]}), run("b", {"ranks": [5, 6]})]
    results.write_text("".join([*lines, run("brief", {})]))
    rungs = trained_rungs([results])
    assert [rung.name for rung in rungs] == ["b", "a"]
    assert np.array(rungs[0].ranks).tolist() == [[1, 2], [5, 6]]


def test_the_non_music_set_has_one_answer_a_query():
    queries, documents = non_music()
    assert len(queries) == len(documents) > 300
    assert len(set(queries)) == len(queries)
    assert len(set(documents)) == len(documents)
    assert all(is_prose(*pair) for pair in zip(queries, documents, strict=True))
    assert non_music() == (queries, documents)
