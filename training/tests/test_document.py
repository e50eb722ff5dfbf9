import json
from pathlib import Path

GOLDEN = Path(__file__).parents[2] / "test/domain/fixtures/document-golden.jsonl"


def test_builds_the_text_that_the_service_builds():
    from segue_training.document import playlist_text

    lines = GOLDEN.read_text(encoding="utf-8").split("\n")
    cases = [json.loads(line) for line in lines if line]
    assert len(cases) > 50
    for case in cases:
        assert playlist_text(case["playlist"], case.get("curation")) == case["text"]
