"""Faithfulness figures on a folder as the pipeline writes it."""

import json

from segue_training.curator_measure import measure

from .curator_tiny import CURATION, write_jsonl


def entry(custom_id: str, content: str, truncated: bool = False) -> dict:
    return {"customId": custom_id, "content": content, "truncated": truncated}


def test_it_counts_what_the_tracks_and_the_reference_support(tmp_path):
    tracks = [{"title": "T", "artists": ["Nina", "Bob"], "year": 1994}]
    tracks += [{"title": "U", "artists": ["Late"], "year": 2004}] * 15
    playlists = [{"id": name, "title": "x", "tracks": tracks} for name in ("a", "b", "c:d")]
    named = {"artists": ["nina", "Nobody"], "eras": ["1990s", "1980s"], "genres": ["Folk", "jazz"]}
    answer = json.dumps(CURATION | named)
    journal = [
        entry("curate:a:1:0", answer),
        entry("curate:a:2:0", json.dumps(CURATION)),
        entry("curate:b:1:0", "I am", truncated=True),
        entry("curate:c:d:1:0", '{"language": "pt", "artists": 3}'),
        entry("curate:elsewhere:1:0", answer),
    ]
    write_jsonl(tmp_path / "journal.jsonl", journal)
    write_jsonl(tmp_path / "curation.jsonl", [{"id": "a"}])
    write_jsonl(tmp_path / "rejected.jsonl", [{"id": "b", "reasons": ["length: cut", "json: no"]}])
    reference = [{"id": name, **CURATION} for name in ("a", "b", "c:d")]
    found = measure(
        write_jsonl(tmp_path / "playlists.jsonl", playlists),
        tmp_path,
        write_jsonl(tmp_path / "reference.jsonl", reference),
    )
    assert found == {
        "playlists": 3,
        "accepted": 1,
        "refusals of those set aside": {"length": 1, "json": 1},
        "first answers": 3,
        "with JSON": 2,
        "cut off": 1,
        "artists in the tracks": {"named": 2, "precision": 0.5, "recall": None},
        # Two playlists answered, each with two decades; one of the four was named.
        "eras of the tracks": {"named": 2, "precision": 0.5, "recall": 0.25},
        "genres of the reference": {"named": 2, "precision": 0.5, "recall": 0.25},
        "language as the reference": "1/2",
    }
