"""The CI examples as data: the shell lines and variables of their two jobs, as their CI would run them."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

EXAMPLES = Path(__file__).resolve().parents[2] / "sample_suites" / "ci"
FILES = {
    "github": EXAMPLES / "github-actions.yml",
    "gitlab": EXAMPLES / "gitlab-ci.yml",
    "azure": EXAMPLES / "azure-pipelines.yml",
    "jenkins": EXAMPLES / "Jenkinsfile",
}
PIP = re.compile(
    r"^(\.venv/bin/)?python -m (venv \.venv|pip install --requirement requirements\.txt)$", re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """Some shell lines and the variables that the file sets for them."""

    lines: str
    environ: Mapping[str, str] = field(default_factory=dict)

    def run(
        self, folder: Path, environ: Mapping[str, str], first: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run them as the CI does, in a shell that stops at the first failure; ``first`` leads the path."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("SF_", "PYTEST_"))}
        venv = folder / ".venv"
        if not venv.exists():
            venv.symlink_to(Path(sys.executable).parents[1])
        bins = os.pathsep.join(one for one in (first, str(Path(sys.executable).parent)) if one)
        clean |= {"PATH": bins + os.pathsep + os.environ["PATH"], "NO_COLOR": "1"}
        return subprocess.run(  # noqa: S603 - the lines of our own examples
            ["bash", "-eo", "pipefail", "-c", self.lines],  # noqa: S607 - the shell of the path
            cwd=folder,
            env={**clean, **environ, **self.environ},
            capture_output=True,
            text=True,
            check=False,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """What one CI is told: how to judge the source, the sandbox, and how to clean up."""

    embedded: Script
    sandbox: Script
    sweep: Script


def load(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def example(name: str) -> Example:
    """Return the scripts of an example; its lines that need the network are left out, knowingly."""
    return {"github": _github, "gitlab": _gitlab, "azure": _azure, "jenkins": _jenkins}[name](FILES[name])


def _script(*parts: str, **environ: Any) -> Script:
    text = "\n".join(parts)
    lines = PIP.sub("", text).strip()
    assert lines, "nothing is left to run"
    return Script(lines=lines, environ={key: str(value) for key, value in environ.items()})


def _github(file: Path) -> Example:
    jobs = load(file)["jobs"]

    def script(job: Mapping[str, Any], word: str) -> Script:
        (step,) = (one for one in job["steps"] if word in one.get("run", ""))
        return _script(step["run"], **job.get("env", {}), **step.get("env", {}))

    embedded, sandbox = jobs["embedded"], jobs["sandbox"]
    return Example(
        embedded=_script(*(one["run"] for one in embedded["steps"] if "run" in one)),
        sandbox=script(sandbox, "pytest --sf-org"),
        sweep=script(sandbox, "sweep"),
    )


def _gitlab(file: Path) -> Example:
    jobs = load(file)
    before = jobs[".rights"]["before_script"]
    return Example(
        embedded=_script(*before, *jobs["rights-embedded"]["script"]),
        sandbox=_script(*before, *jobs["rights-sandbox"]["script"]),
        sweep=_script(*jobs["rights-sandbox"]["after_script"]),
    )


def _azure(file: Path) -> Example:
    embedded, sandbox = load(file)["stages"]
    steps = sandbox["jobs"][0]["strategy"]["runOnce"]["deploy"]["steps"]
    bash = [one for one in steps if "bash" in one]
    install, judge, sweep = (_script(one["bash"], **one.get("env", {})) for one in bash)
    return Example(
        embedded=_script(*(one["bash"] for one in embedded["jobs"][0]["steps"] if "bash" in one)),
        sandbox=_script(install.lines, judge.lines, **install.environ, **judge.environ),
        sweep=sweep,
    )


def _jenkins(file: Path) -> Example:
    text = file.read_text(encoding="utf-8")
    before, sandbox = text.split("stage('Sandbox')")
    settings = dict(re.findall(r"^\s+(\w+) = '([^']+)'", sandbox, re.MULTILINE))
    secrets = {
        variable: f"$({identity})"
        for identity, variable in re.findall(r"credentialsId: '([^']+)', variable: '(\w+)'", sandbox)
    }
    (judge,) = re.findall(r"script: '([^']+)',\s+returnStatus: true", sandbox)
    (sweep,) = re.findall(r"finally \{[^\n]*\n\s+sh '([^']+)'", sandbox)
    return Example(
        embedded=_script(*re.findall(r"sh '([^']+)'", before)),
        sandbox=_script(judge, **settings, **secrets),
        sweep=_script(sweep, **settings, **secrets),
    )
