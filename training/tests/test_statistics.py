import numpy as np
import pytest

from segue_training.statistics import half_interval, holm, paired_p


def test_holm_steps_down_and_never_falls():
    # Worked by hand: 3 x .01, 2 x .02, 1 x .03 lifted to what stands before it.
    assert holm([0.03, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04])
    assert holm([0.6, 0.9]) == [1.0, 1.0]


def test_a_difference_in_every_group_is_found_and_none_is_not():
    groups = np.repeat(np.arange(40), 5)
    base = (np.arange(200) % 3 == 0).astype(float)
    assert paired_p(base, base, groups) == 1
    assert paired_p(base + 0.1, base, groups) < 0.001
    mixed = base + np.where(np.arange(200) % 2 == 0, 0.1, -0.1)
    assert paired_p(mixed, base, groups) > 0.05


def test_queries_of_one_playlist_count_as_one_draw():
    values = np.repeat(np.arange(20) % 2, 10).astype(float)
    alone = half_interval(values, np.arange(200))
    together = half_interval(values, np.repeat(np.arange(20), 10))
    assert alone == pytest.approx(1.96 * 0.5 / np.sqrt(200), rel=0.1)
    assert together == pytest.approx(1.96 * 0.5 / np.sqrt(20), rel=0.1)
