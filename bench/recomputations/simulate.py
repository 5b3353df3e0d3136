"""Recomputes simulate's kept traces and spans, and their intervals, for tail:slow=250ms, by scipy and from the file alone.

python bench/recomputations/simulate.py traces.jsonl.gz   (OTLP JSON lines, packed; needs scipy)
Exits with 1 if a figure differs by more than rounding.
"""

import collections
import gzip
import json
import pathlib
import subprocess
import sys

from scipy.stats import beta

MAIN = pathlib.Path(__file__).parents[2] / "src" / "main.ts"


def clopper_pearson(kept, trials):
    return beta.ppf(0.025, kept, trials - kept + 1), beta.ppf(0.975, kept + 1, trials - kept)


traces = collections.defaultdict(list)
with gzip.open(sys.argv[1], "rt") as lines:
    for line in lines:
        for resource in json.loads(line)["resourceSpans"]:
            for scope in resource["scopeSpans"]:
                for span in scope["spans"]:
                    times = int(span["startTimeUnixNano"]), int(span["endTimeUnixNano"])
                    traces[span["traceId"]].append(times)

recorded = [len(spans) for spans in traces.values()]
kept = [
    len(spans) if (max(end for _, end in spans) - min(start for start, _ in spans)) // 1_000_000 > 250 else 0
    for spans in traces.values()
]
whole = sum(1 for spans in kept if spans > 0)
share = sum(kept) / sum(recorded)
variance = sum((k - share * r) ** 2 for k, r in zip(kept, recorded)) / sum(recorded) ** 2
effective = share * (1 - share) / variance
expected = {
    "keptTraces": (whole / len(kept), *clopper_pearson(whole, len(kept))),
    "keptSpans": (share, *clopper_pearson(share * effective, effective)),
}

command = ["node", str(MAIN), "simulate", sys.argv[1], "--sampler", "tail:slow=250ms", "--json"]
figures = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["strategies"][0]["figures"]
differs = False
for metric, values in expected.items():
    figure = next(one for one in figures if one["metric"] == metric)
    shown = figure["center"], figure["low"], figure["high"]
    differs |= any(abs(a - b) > 1e-6 for a, b in zip(values, shown))
    print(metric, "scipy", values, "simulate", shown)
sys.exit(1 if differs else 0)
