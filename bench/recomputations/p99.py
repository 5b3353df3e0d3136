"""The change of p99. Merged p99, its jackknife over rounds and Woodruff's intervals by numpy and scipy.

python bench/recomputations/p99.py   (needs numpy and scipy)
Also the coverage of the interval under four patterns of stalls, by the implementation here.
"""

import numpy as np
from scipy.stats import t as student

from spantoll import compare, figures, finish

ROUNDS, PER_SECOND, WINDOW_S, RUNS = 6, 200, 20, 200
random = np.random.default_rng(1)


def window(stall, every, factor, seconds=WINDOW_S):
    count = seconds * PER_SECOND
    due = (np.arange(count) + random.random(count)) / PER_SECOND
    response = 0.001 * factor * np.exp(0.4 * random.standard_normal(count))
    start = -every * random.random()
    while stall > 0 and start < seconds:
        held = (due >= start) & (due < start + stall)
        response[held] += start + stall - due[held]
        start += every * (0.5 + random.random())
    return due * 1e6, np.round(response * 1e6)


def p99(responses):
    return np.quantile(np.concatenate(responses), 0.99, method="inverted_cdf")


def episodes(due, response):
    """Kish's effective number of episodes among the slowest 1 %; 50 ms apart are two."""
    slow = np.sort(due[response >= np.sort(response)[int(0.99 * len(response))]])
    sizes = np.diff(np.flatnonzero(np.concatenate([[True], np.diff(slow) > 50_000, [True]])))
    return sizes.sum() ** 2 / (sizes**2).sum()


def reach(windows):
    """The longer arm of Woodruff's interval of log p99; the share's error is at least a compound Poisson's."""
    merged = np.concatenate([response for _, response in windows])
    center = p99([merged])
    shares = [(response <= center).mean() for _, response in windows]
    beyond = np.array([(response > center).sum() for _, response in windows])
    effective = beyond.sum() ** 2 / sum(b**2 / max(1, episodes(*one)) for b, one in zip(beyond, windows))
    error = max(np.std(shares, ddof=1) / np.sqrt(len(windows)), 0.01 / np.sqrt(effective))
    half = student.ppf(0.975, len(windows) - 1) * error
    low, high = (np.quantile(merged, min(1, 0.99 + side * half), method="inverted_cdf") for side in (-1, 1))
    return max(np.log(high / center), np.log(center / low)), effective


def change(own, baseline):
    n = len(own)
    ratio = lambda left: np.log(p99([r for i, (_, r) in enumerate(own) if i != left])) - np.log(
        p99([r for i, (_, r) in enumerate(baseline) if i != left])
    )
    without = np.array([ratio(left) for left in range(n)])
    jackknife = np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())
    (one, few), (other, fewer) = reach(own), reach(baseline)
    error = max(jackknife, np.hypot(one, other) / student.ppf(0.975, n - 1))
    return ratio(-1), error, student.ppf(0.975, n - 1) * error, min(few, fewer)


def side(stall, every, factor):
    return [window(stall, every, factor * np.exp(0.03 * random.standard_normal())) for _ in range(ROUNDS)]


def as_json(windows):
    return [{"dueUs": due.tolist(), "responseUs": response.tolist()} for due, response in windows]


for stall, every in [(0.04, 6), (0.04, 10), (0.15, 6), (0.15, 10)]:
    name = f"stalls of {1000 * stall:.0f} ms every {every} s"
    truth = np.log(p99([window(stall, every, 1.09, 8000)[1]]) / p99([window(0, every, 1, 8000)[1]]))
    printed = covered = 0
    for run in range(RUNS):
        own, baseline = side(stall, every, 1.09), side(0, every, 1)
        mean, error, half, few = change(own, baseline)
        if run == 0:
            theirs = figures("p99", {"own": as_json(own), "baseline": as_json(baseline)})
            compare(f"{name}: log ratio", mean, theirs["mean"], 1e-9)
            compare(f"{name}: standard error", error, theirs["standardError"], 1e-9)
            compare(f"{name}: upper end", mean + half, theirs["high"], 1e-6)
        if few >= 5:
            printed += 1
            covered += abs(mean - truth) <= half
    print(f"{name}: an interval in {printed} of {RUNS} runs, which covers the truth in {100 * covered / printed:.0f} %")
finish()
