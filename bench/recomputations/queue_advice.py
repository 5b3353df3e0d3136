"""The queue for outages. An event simulation of the SDK's batch processor and retries, from their specification alone.

python bench/recomputations/queue_advice.py   (needs numpy)
Retries (OTLP exporter of JavaScript): the first pause is 1 s, each 1.5 times the last, each times 0.8 to 1.2, at most
5 s; five retries; none that would end after 10 s. Compares the longest wait of a batch, the longest outage without a
lost batch, and the largest queue, over 20,000 outages each.
"""

import numpy as np

from spantoll import compare, figures, finish

TIMEOUT = 10_000
REQUESTS, SPANS_PER_REQUEST, BATCH = 100, 8, 512
OUTAGES = [1000, 3000, 5000, 6000]
RUNS = 20_000
random = np.random.default_rng(1)


def attempts(runs):
    """When each of six attempts takes place, ms after the first; infinite if it does not."""
    pauses = np.minimum(1000 * 1.5 ** np.arange(5) * random.uniform(0.8, 1.2, (runs, 5)), 5000)
    at = np.concatenate([np.zeros((runs, 1)), np.cumsum(pauses, axis=1)], axis=1)
    return np.where(at <= TIMEOUT, at, np.inf)


def waits(outage, runs=RUNS):
    """How long the first batch of an outage waits; infinite if it is given up."""
    at = attempts(runs)
    return np.where(at >= outage, at, np.inf).min(axis=1)


def largest_queue(wait):
    """Spans that wait at most: those that arrive while the first batch is retried, and the batch that was filling."""
    per_second = REQUESTS * SPANS_PER_REQUEST
    queue, largest, now, step = BATCH - 1.0, 0.0, 0.0, 1.0
    while now < wait:
        queue += per_second * step / 1000
        now += step
        largest = max(largest, queue)
    return largest


own = figures("queue", {"requestsPerSecond": REQUESTS, "outagesMs": OUTAGES, "timeoutMs": TIMEOUT})
for outage, advice in zip(OUTAGES, own["outages"]):
    longest = waits(outage, 20 * RUNS).max()
    compare(f"outage {outage} ms: longest wait, ms", longest, advice["waitMs"], 0.04 * advice["waitMs"])
    spans = largest_queue(longest)
    compare(f"outage {outage} ms: spans that wait", spans, advice["outage"]["spans"], 0.04 * advice["outage"]["spans"])
    compare(f"outage {outage} ms: outages that overflow the queue of {advice['queue']}", float(spans > advice["queue"]), 0, 0)

given_up = [outage for outage in range(5500, 8000, 25) if np.isinf(waits(outage, 20 * RUNS)).any()]
compare("longest outage without a lost batch, ms", min(given_up), own["longestMs"], 0.04 * own["longestMs"])
for outage, known in [(8000, 0.42), (9000, 0.95), (10_000, 1.0)]:
    compare(f"share given up in an outage of {outage} ms, against the audit's", np.isinf(waits(outage)).mean(), known, 0.05)
finish()
