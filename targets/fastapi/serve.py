"""Starts one service under uvicorn: python serve.py SERVICE --port 8000 [--workers 2] [--bare]"""

import argparse
import os
from pathlib import Path

import uvicorn

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("service")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--bare", action="store_true", help="without OpenTelemetry SDK and instrumentation: FastAPI loads the API alone")
    options = parser.parse_args()
    os.environ["SHOP_SERVICE"] = options.service
    os.environ["SHOP_BARE"] = "1" if options.bare else "0"
    uvicorn.run(
        "app:create_app",
        factory=True,
        app_dir=str(Path(__file__).parent),
        host="127.0.0.1",
        port=options.port,
        workers=options.workers,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=1,
    )
