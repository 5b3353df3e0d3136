"""Rate samplers in advice. A token bucket for each process under Poisson traffic, against the projected volume.

python bench/recomputations/rate_sampler.py   (needs numpy)
"""

import numpy as np

from spantoll import compare, figures, finish

MONTH_S = 30 * 24 * 3600
SPANS = 8
HOUR_S = 3600
random = np.random.default_rng(1)


def kept_share(requests_per_second, rate, burst):
    """The share of requests that one process keeps in an hour. The bucket is full at first."""
    arrivals = np.cumsum(random.exponential(1 / requests_per_second, int(requests_per_second * HOUR_S)))
    tokens, last, kept = burst, 0.0, 0
    for now in arrivals:
        tokens = min(burst, tokens + (now - last) * rate)
        last = now
        if tokens >= 1:
            tokens -= 1
            kept += 1
    return kept / len(arrivals)


for requests_per_second, instances, rate in [(300, 3, 10), (30, 3, 20), (200, 8, 10), (40, 4, 9)]:
    own = requests_per_second / instances
    share = kept_share(own, rate, max(1, int(np.ceil(rate))))
    question = {"sampler": f"rate:{rate}/s", "requestsPerSecond": requests_per_second, "instances": instances}
    advised = figures("rate", {**question, "measured": 0.3})
    name = f"rate:{rate}/s, {requests_per_second} requests/s, {instances} processes"
    volume = share * SPANS * requests_per_second * MONTH_S
    compare(f"{name}: spans a month", volume, advised["spansPerMonth"], 0.03 * volume)
    compare(f"{name}: failed requests kept", share, advised["failedKept"], 0.03)
finish()
