"""The endpoint over HTTP and the batch file, on a tiny fine-tuned and a tiny raw model."""

import http.client
import json
import threading

import pytest

from segue_training.curator_batch import answer_batch
from segue_training.curator_model import CuratorModel
from segue_training.curator_serve import LARGEST_BODY, open_server
from segue_training.curator_text import (
    CuratorDataError,
    Pair,
    answer_line,
    condense,
    prompt_hash,
    read_jsonl,
)
from segue_training.curator_train import CuratorSettings, train

from .curator_tiny import CURATION, SYSTEM, request, write_jsonl, write_model

BODY = request("a", "Rain")["body"]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return write_model(tmp_path_factory.mktemp("base"), encoder_decoder=False)


@pytest.fixture(scope="module")
def tuned(base, tmp_path_factory):
    run = tmp_path_factory.mktemp("run")
    pair = Pair("a", condense(BODY["messages"]), answer_line(CURATION))
    settings = CuratorSettings(batch=1, epochs=2)
    about = {"prompt_sha256": prompt_hash(BODY["messages"])}
    train(CuratorModel.load(base, dtype="float32"), [pair], run, settings, about, quiet=True)
    return CuratorModel.load(base, run, dtype="float32")


@pytest.fixture(scope="module")
def raw(base):
    return CuratorModel.load(base, dtype="float32")


@pytest.fixture
def ask(tuned):
    yield from served(tuned)


@pytest.fixture
def ask_raw(raw):
    yield from served(raw)


def served(model):
    server = open_server(model, "tiny", "127.0.0.1", 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def ask(method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=60)
        data = body if isinstance(body, str | None) else json.dumps(body)
        connection.request(method, path, data)
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    yield ask
    server.shutdown()
    server.server_close()


def chat(ask, **changes):
    return ask("POST", "/v1/chat/completions", BODY | changes)


def test_it_names_its_model(ask):
    status, models = ask("GET", "/v1/models")
    assert status == 200
    assert [entry["id"] for entry in models["data"]] == ["tiny"]


def test_it_answers_in_openai_s_form(ask):
    status, answer = chat(ask, response_format={"type": "json_schema", "json_schema": {}})
    assert status == 200
    (choice,) = answer["choices"]
    assert isinstance(json.loads(choice["message"]["content"]), dict)
    assert choice["finish_reason"] == (
        "length" if answer["usage"]["completion_tokens"] == 8 else "stop"
    )
    assert answer["usage"]["completion_tokens"] <= 8
    assert answer["usage"]["prompt_tokens"] > 20


def test_a_runaway_answer_ends_soon_after_the_longest_one_learnt(ask, tuned):
    longest = len(tuned.ids(answer_line(CURATION)))
    assert tuned.card["answer_tokens"] == longest
    _, answer = chat(ask, max_tokens=4000)
    assert answer["usage"]["completion_tokens"] <= 1.25 * longest + 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"messages": [{**SYSTEM, "content": "Other"}, BODY["messages"][1]]}, "another prompt"),
        ({"messages": [SYSTEM, {"role": "user", "content": "hello"}]}, "no playlist"),
        ({"messages": []}, "messages must be"),
        ({"messages": [{"role": "user", "content": [1]}]}, "messages must be"),
        ({"temperature": "hot"}, "temperature must be"),
        ({"max_tokens": 0}, "max_tokens must be"),
        ({"stream": True}, "stream is not supported"),
    ],
)
def test_what_it_cannot_answer_is_refused_with_the_reason(ask, changes, said):
    status, answer = chat(ask, **changes)
    assert status == 400
    assert said in answer["error"]["message"]


def test_bad_bodies_and_paths_are_refused(ask):
    assert ask("POST", "/v1/chat/completions", "{")[0] == 400
    assert ask("POST", "/v1/chat/completions", "[]")[0] == 400
    assert ask("POST", "/v1/chat/completions", "x" * (LARGEST_BODY + 1))[0] == 413
    assert ask("POST", "/v1/nothing", {})[0] == 404
    assert ask("GET", "/v1/nothing")[0] == 404


ANSWER = {
    "type": "object",
    "properties": {"said": {"type": "string", "maxLength": 5}, "verdict": {"enum": ["good"]}},
    "required": ["said", "verdict"],
    "additionalProperties": False,
}
AS_SCHEMA = {"type": "json_schema", "json_schema": {"name": "a", "schema": ANSWER}}


def test_a_raw_model_is_held_to_a_schema_and_ends_where_it_is_fulfilled(ask_raw):
    status, answer = chat(ask_raw, response_format=AS_SCHEMA, max_tokens=80)
    assert status == 200
    (choice,) = answer["choices"]
    said = json.loads(choice["message"]["content"])
    assert said["verdict"] == "good"
    assert len(said["said"]) <= 5
    assert choice["finish_reason"] == "stop"


def test_rows_of_a_batch_are_held_each_to_its_own_schema(raw, tmp_path):
    plain, held = request("a", "A"), request("b", "B")
    held["body"] |= {"response_format": AS_SCHEMA, "max_tokens": 80}
    requests = write_jsonl(tmp_path / "in.jsonl", [plain, held])
    responses = tmp_path / "out.jsonl"
    answer_batch(raw, "tiny", requests, responses, 2, quiet=True)
    contents = {
        row["custom_id"]: row["response"]["body"]["choices"][0]["message"]["content"]
        for row in read_jsonl(responses)
    }
    assert json.loads(contents["curate:b:1:abc"])["verdict"] == "good"
    with pytest.raises(ValueError, match=r"."):
        json.loads(contents["curate:a:1:abc"])


def test_without_the_means_a_raw_model_refuses_a_schema(ask_raw, monkeypatch):
    monkeypatch.setattr("segue_training.curator_serve.AVAILABLE", False)
    status, answer = chat(ask_raw, response_format=AS_SCHEMA)
    assert status == 400
    assert answer["error"]["param"] == "response_format"
    assert chat(ask_raw)[0] == 200


def test_a_batch_is_answered_once(tuned, tmp_path):
    requests = write_jsonl(tmp_path / "in.jsonl", [request(n, n * 9) for n in ("a", "b", "c")])
    responses = tmp_path / "out.jsonl"
    assert answer_batch(tuned, "tiny", requests, responses, 2, quiet=True) == 3
    assert answer_batch(tuned, "tiny", requests, responses, 2, quiet=True) == 0
    rows = list(read_jsonl(responses))
    assert sorted(row["custom_id"] for row in rows) == [f"curate:{n}:1:abc" for n in "abc"]
    contents = [row["response"]["body"]["choices"][0]["message"]["content"] for row in rows]
    assert all(isinstance(json.loads(content), dict) for content in contents)


def test_a_batch_of_another_prompt_is_refused(tuned, tmp_path):
    other = json.loads(json.dumps(request("a", "A")).replace("editor", "critic"))
    requests = write_jsonl(tmp_path / "in.jsonl", [other])
    with pytest.raises(CuratorDataError, match="another prompt"):
        answer_batch(tuned, "tiny", requests, tmp_path / "out.jsonl", 2, quiet=True)
