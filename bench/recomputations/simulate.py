"""Tail decisions on whole traces, and the intervals of simulate, by scipy and from the file alone.

python bench/recomputations/simulate.py traces.jsonl.gz   (OTLP JSON lines, packed, without a status; needs numpy and scipy)
Decides as the Collector's tail_sampling processor does, and compares the kept traces and spans with `simulate --json`.
One leaf span in every tenth trace is made to fail in a copy of the file.
"""

import collections
import gzip
import json
import sys
import tempfile

import numpy as np
from scipy.stats import beta

from spantoll import ROOT, compare, finish, node

REPEAT = 20
ROUNDING = 1e-6


def clopper_pearson(kept, trials):
    low = beta.ppf(0.025, kept, trials - kept + 1) if kept > 0 else 0.0
    high = beta.ppf(0.975, kept + 1, trials - kept) if kept < trials else 1.0
    return low, high


lines = [json.loads(line) for line in gzip.open(sys.argv[1], "rt")]
traces = collections.defaultdict(list)
for line in lines:
    for resource in line["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                traces[span["traceId"]].append(span)
for spans in list(traces.values())[::10]:
    parents = {span.get("parentSpanId") for span in spans}
    next(span for span in reversed(spans) if span["spanId"] not in parents)["status"] = {"code": 2}


def is_slow(spans, ms):
    start = min(int(span["startTimeUnixNano"]) for span in spans)
    end = max(int(span["endTimeUnixNano"]) for span in spans)
    return (end - start) // 1_000_000 > ms


def is_failed(spans):
    return any(span.get("status") for span in spans)


POLICIES = {
    "errors": is_failed,
    "slow=250ms": lambda spans: is_slow(spans, 250),
    "slow=1s": lambda spans: is_slow(spans, 1000),
    "errors,slow=250ms": lambda spans: is_failed(spans) or is_slow(spans, 250),
}
sizes = np.array([len(spans) for spans in traces.values()])
wanted = {policy: np.array([keeps(spans) for spans in traces.values()]) for policy, keeps in POLICIES.items()}
RATIO, SHARE = "slow=250ms,ratio=0.05", 0.05

with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
    file.writelines(json.dumps(line) + "\n" for line in lines)
    file.flush()
    samplers = [f"--sampler=tail:{policy}" for policy in [*POLICIES, RATIO]]
    out = node(ROOT / "src" / "main.ts", "simulate", file.name, *samplers, "--repeat", REPEAT, "--json")
simulated = {
    strategy["sampler"]: {figure["metric"]: figure for figure in strategy["figures"]} for strategy in out["strategies"]
}

for policy, kept in wanted.items():
    figures = simulated[f"tail:{policy}"]
    share = sizes[kept].sum() / sizes.sum()
    variance = ((sizes * kept - share * sizes) ** 2).sum() / sizes.sum() ** 2
    effective = share * (1 - share) / variance if 0 < share < 1 else sizes.sum()
    expected = {
        "keptTraces": (kept.mean(), *clopper_pearson(kept.sum(), len(kept))),
        "keptSpans": (share, *clopper_pearson(share * effective, effective)),
    }
    for metric, values in expected.items():
        for end, value in zip(["center", "low", "high"], values):
            compare(f"{policy}: {metric} {end}", value, figures[metric][end], ROUNDING)

rest = ~wanted["slow=250ms"]
expected = 1 - rest.mean() + SHARE * rest.mean()
error = np.sqrt(SHARE * (1 - SHARE) * rest.sum() / REPEAT) / len(rest)
compare(f"{RATIO}: keptTraces", expected, simulated[f"tail:{RATIO}"]["keptTraces"]["center"], 4 * error + ROUNDING)
finish()
