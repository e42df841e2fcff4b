"""A real OpenID Connect provider on this machine (npm: oidc-provider), for as long as a test needs it."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
CLIENT, SECRET = "jishiyu", "only-for-tests-" + "x" * 20


@contextmanager
def started(back: str) -> Iterator[str]:
    """Start the provider for a client that is led back to `back`, and give its address."""
    node = shutil.which("node") or str(ROOT / ".venv" / "bin" / "node")
    script = Path(__file__).with_name("provider.mjs")
    command = [node, str(script), CLIENT, SECRET, back]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        port = next(line.strip() for line in process.stdout if line.strip().isdigit())
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def configured(address: str) -> dict[str, Any]:
    """Return the setting that names the provider, as `conf/console.py` makes it from the environment."""
    app = {
        "provider_id": "union", "name": "SSO", "client_id": CLIENT, "secret": SECRET, "settings": {"server_url": address}
    }  # fmt: skip
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
