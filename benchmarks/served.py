"""An application under gunicorn and gevent, one worker, as the gateway is: `benchmarks.served MODULE PORT`."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    from gevent import monkey

    monkey.patch_all()
    from gunicorn.app.wsgiapp import run

    module, port = sys.argv[1:]
    sys.argv = ["gunicorn", "--worker-class", "gevent", "--workers", "1", "--bind", f"127.0.0.1:{port}",
                "--keep-alive", "75", "--log-level", "warning", f"{module}:application()"]
    run()
