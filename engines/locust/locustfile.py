"""Sends a plan of requests: each worker its share, each request when it is due. Started by Spantoll."""

import base64
import gc
import json
import os
import shutil
import time

import gevent
from locust import FastHttpUser, events, task

FOLDER = os.environ["SPANTOLL_FOLDER"]
WORKERS = int(os.environ["SPANTOLL_WORKERS"])
PARENT = int(os.environ["SPANTOLL_PARENT"])
# to sleep takes so much longer than asked
SPIN_S = 0.0001
answers = []


@events.init.add_listener
def watch(environment, **_):
    gevent.spawn(end_with_parent)


def end_with_parent():
    while True:
        try:
            os.kill(PARENT, 0)
        except ProcessLookupError:
            shutil.rmtree(FOLDER, ignore_errors=True)
            os._exit(1)
        gevent.sleep(1)


@events.request.add_listener
def answered(response_time, response, exception, context, **_):
    status = response.status_code or 0
    # a body that broke off
    whole = exception is None or type(exception).__name__ == "LocustBadStatusCode"
    sent_ms = time.perf_counter() * 1000 - response_time
    answers.append([context["number"], sent_ms, response_time, status if whole else 0, type(exception).__name__])


def path(name):
    return os.path.join(FOLDER, name)


def write(name, value):
    with open(path(name) + ".new", "w") as file:
        json.dump(value, file)
    os.rename(path(name) + ".new", path(name))


class Driver(FastHttpUser):
    host = "http://127.0.0.1"
    concurrency = max(1, int(os.environ["SPANTOLL_CONNECTIONS"]) // WORKERS)
    network_timeout = connection_timeout = float(os.environ["SPANTOLL_TIMEOUT_S"])

    @task
    def drive(self):
        self.client.client.redirect_response_codes = frozenset()
        self.client.client.cookiejar = None
        index = self.environment.runner.worker_index
        with open(path("plan")) as file:
            requests = [json.loads(line) for number, line in enumerate(file) if number % WORKERS == index]
        # a collection would otherwise go through the plan, in mid-window
        gc.freeze()
        write(f"ready-{index}", True)
        while not os.path.exists(path("go")):
            gevent.sleep(0.002)
        with open(path("go")) as file:
            zero = json.load(file)
        sending = []
        for request in requests:
            due = zero + request["dueMs"] / 1000
            gevent.sleep(max(0, due - time.perf_counter() - SPIN_S))
            while time.perf_counter() < due:
                gevent.sleep(0)
            sending.append(gevent.spawn(self.send, request))
        gevent.joinall(sending)
        write(f"answers-{index}", answers)
        gevent.sleep(3600)

    def send(self, request):
        body = request.get("body")
        self.client.request(
            request["method"],
            request["url"],
            name=request["route"],
            data=None if body is None else base64.b64decode(body),
            headers=request["headers"],
            context={"number": request["number"]},
        )
