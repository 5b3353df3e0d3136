"""
Reports what OpenTelemetry's SDK does in this process, for `bench --check`.

Python runs it before the service because of its name: https://docs.python.org/3/library/site.html
It writes `SdkFacts` (src/target/probe/sdk-facts.ts) to the folder in SPANTOLL_FACTS, as long as the process lives: one that
starts another program in its place leaves a file that grows old. It then runs the `sitecustomize` of the service, if there is
one.
"""
import json, os, socket, sys, threading, time

FOLDER = os.environ.get("SPANTOLL_FACTS")
serving = threading.Event()
# a fork waits for it: what the thread holds then would stay held in the child
lock = threading.Lock()


def first(one, *names):
    return next((value for value in (getattr(one, name, None) for name in names) if value is not None), None)


def processor(one):
    batch = first(one, "_batch_processor") or one
    exporter = first(one, "span_exporter") or first(batch, "_exporter")
    facts = {
        "name": type(one).__name__,
        "delayMs": first(batch, "_schedule_delay_millis", "schedule_delay_millis"),
        "batch": first(batch, "_max_export_batch_size", "max_export_batch_size"),
        "queue": first(batch, "_max_queue_size", "max_queue_size"),
        "exporter": exporter and type(exporter).__name__,
        "endpoint": first(exporter, "_endpoint"),
    }
    return {name: value for name, value in facts.items() if value is not None}


def describe():
    provider = first(sys.modules.get("opentelemetry.trace"), "_TRACER_PROVIDER")
    sampler = first(provider, "sampler")
    active = first(provider, "_active_span_processor")
    facts = {
        "isPython": True,
        "atMs": time.time() * 1000,
        "isAsgi": any(name in sys.modules for name in ("uvicorn", "hypercorn", "daphne", "granian")),
        "pid": os.getpid(),
        "packages": [name for name in list(sys.modules) if name.startswith("opentelemetry.")],
        "env": {name: value for name, value in os.environ.items() if name.startswith("OTEL_")},
        "provider": provider and type(provider).__name__,
        "isServing": serving.is_set(),
        "sampler": sampler and sampler.get_description(),
        "processors": None if active is None else [processor(one) for one in active._span_processors],
    }
    rest = {"early": [], "isEsm": False, "hasLoader": False, "isEndedGently": True, "messages": []}
    return {**{name: value for name, value in facts.items() if value is not None}, **rest}


def save():
    path = f"{FOLDER}/{os.getpid()}-python"
    while True:
        try:
            with lock, open(path, "w") as file:
                json.dump(describe(), file)
            os.replace(path, f"{path}.json")
        except Exception:
            pass
        time.sleep(0.2)


def start_in_child():
    lock.release()
    start()


def start():
    threading.Thread(target=save, daemon=True).start()


def accept(self):
    accepted = accept_before(self)
    serving.set()
    return accepted


if FOLDER:
    start()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=start_in_child)
    accept_before = socket.socket.accept
    socket.socket.accept = accept

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:] = [path for path in sys.path if os.path.abspath(path) != here]
own = sys.modules.pop("sitecustomize", None)
try:
    import sitecustomize
except ImportError:
    sys.modules["sitecustomize"] = own
