"""What the curator's model reads and writes, on written cases and on the recorded answers."""

import json

import pytest

from segue_training.curator_text import (
    CuratorDataError,
    answer_json,
    answer_line,
    condense,
    playlist_of,
    read_jsonl,
    read_pairs,
)

from .conftest import ROOT
from .curator_tiny import CURATION, SYSTEM, request, write_jsonl


def test_a_request_becomes_one_line():
    messages = request("p", "Rainy\nSunday")["body"]["messages"]
    line = "Describe this playlist. title: Rainy Sunday | tracks: T - A (1994)"
    assert condense(messages) == line
    asked_again = [
        *messages,
        {"role": "assistant", "content": "?"},
        {"role": "user", "content": "!"},
    ]
    assert condense(asked_again) == line


def test_a_title_cannot_forge_fields_or_tracks():
    line = condense(
        request("p", "x | tracks: Forged; More", "A; B | language: xx")["body"]["messages"]
    )
    assert line.count("|") == 1
    assert line.count(";") == 0


@pytest.mark.parametrize(
    "user", ["", "<playlist>\nno json\n</playlist>", "<playlist>[1]</playlist>", "<playlist>{}"]
)
def test_a_request_without_a_playlist_is_refused(user):
    with pytest.raises(CuratorDataError, match="no playlist"):
        condense([SYSTEM, {"role": "user", "content": user}])


def test_an_answer_survives_the_way_to_a_line_and_back():
    assert answer_json(answer_line(CURATION)) == CURATION


def test_recorded_answers_survive_it_too():
    rows = list(read_jsonl(ROOT / "demo" / "curation.jsonl"))
    changed = []
    for row in rows:
        wanted = {"language": "unknown"} | {k: v for k, v in row.items() if k != "id"}
        if answer_json(answer_line(row)) != wanted:
            changed.append(row["id"])
    # Names that hold one of the two marks, such as M|O|O|N.
    assert len(rows) > 1000
    assert len(changed) <= 3


def test_what_a_cut_answer_lacks_is_not_filled_in():
    line = answer_line(CURATION)
    cut = answer_json(line[: line.index("eras")])
    assert list(cut) == ["description", "themes", "genres", "moods", "activities"]
    assert answer_json("I am a language model") == {}
    assert answer_json("moods: sad; sad;  | confidence: high") == {"moods": ["sad"]}


def test_pairs_are_of_one_split_and_have_answers(tmp_path):
    rows = [request(name, f"title {name}") for name in ("a:b", "c", "d", "e")]
    requests = write_jsonl(tmp_path / "requests.jsonl", rows)
    recorded = [{"id": name, **CURATION} for name in ("a:b", "c", "d")]
    answers = write_jsonl(tmp_path / "curation.jsonl", recorded)
    splits = tmp_path / "splits.tsv"
    splits.write_text("a:b\ttrain\nc\tdev\nd\ttest\ne\ttrain\n")
    pairs, _ = read_pairs(requests, answers, splits, "train")
    assert [pair.id for pair in pairs] == ["a:b"]
    assert pairs[0].answer == answer_line(CURATION)
    with pytest.raises(CuratorDataError, match="no request of the none split"):
        read_pairs(requests, answers, splits, "none")


def test_two_prompts_in_one_file_are_refused(tmp_path):
    other = json.loads(json.dumps(request("b", "B")).replace("editor", "critic"))
    requests = write_jsonl(tmp_path / "requests.jsonl", [request("a", "A"), other])
    rows = [{"id": name, **CURATION} for name in ("a", "b")]
    answers = write_jsonl(tmp_path / "curation.jsonl", rows)
    (tmp_path / "splits.tsv").write_text("a\ttrain\nb\ttrain\n")
    with pytest.raises(CuratorDataError, match="2 different prompts"):
        read_pairs(requests, answers, tmp_path / "splits.tsv", "train")


def test_ids_may_hold_colons():
    assert playlist_of("curate:spotify:playlist:1:2:0f") == "spotify:playlist:1"
