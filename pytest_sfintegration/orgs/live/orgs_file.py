"""``sf_orgs.yaml`` as a document that knows its lines, with its secrets sealed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_sfintegration.orgs.errors import TargetError
from pytest_sfintegration.orgs.live.logins import SECRET_KEYS
from pytest_sfintegration.orgs.live.secret import Secret

__all__ = ["OrgsFile", "read_orgs_file"]

_Path = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrgsFile:
    """The entries by name, and the line of every key by its path."""

    path: Path
    entries: Mapping[str, Any]
    lines: Mapping[_Path, int]

    def where(self, *keys: str) -> str:
        """Return the place of a key, or of what it would stand in, as messages name it."""
        known = next((keys[:end] for end in range(len(keys), 0, -1) if keys[:end] in self.lines), ())
        at = f":{self.lines[known]}" if known else ""
        return f"{self.path.name}{at}: {'.'.join(keys)}"


def read_orgs_file(path: Path) -> OrgsFile:
    """Return the file; raise TargetError for what is no YAML of org names and their entries."""
    import yaml  # noqa: PLC0415 - on first use

    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        lines: dict[_Path, int] = {}
        for keys, line in _keys(root, (), set()):
            if keys in lines:
                raise TargetError(
                    f"{path.name}:{line}: {'.'.join(keys)} is given twice, first on line {lines[keys]}: "
                    "remove one of them"
                )
            lines[keys] = line
        document = _sealed(yaml.safe_load(text))
    except yaml.YAMLError as error:  # its own text quotes the line, which may hold a secret
        mark = getattr(error, "problem_mark", None)
        at = "" if mark is None else f":{mark.line + 1}:{mark.column + 1}"
        raise TargetError(
            f"{path}{at}: this is no YAML: indent with spaces, not tabs; close what is opened here or above; "
            "quote texts that begin with @, ` or %"
        ) from None
    except (OSError, UnicodeDecodeError, RecursionError):
        raise TargetError(f"{path} cannot be read as UTF-8 text of sane depth") from None
    if document is None:
        document = {}
    if not isinstance(document, Mapping) or not all(isinstance(one, Mapping) for one in document.values()):
        raise TargetError(
            f"{path}: a mapping of org names to their entries is needed, such as sandbox: {{url: ..., setup: "
            "{...}} (README, Live orgs)"
        )
    return OrgsFile(path=path, entries=document, lines=lines)


def _keys(node: Any, path: _Path, seen: set[int]) -> Iterator[tuple[_Path, int]]:
    """Yield every key below a node, with its path and line; what an alias repeats is not walked again."""
    if getattr(node, "tag", None) != "tag:yaml.org,2002:map" or id(node) in seen:
        return
    seen.add(id(node))
    for key, value in node.value:
        keys = (*path, str(key.value))
        yield keys, key.start_mark.line + 1
        yield from _keys(value, keys, seen)


def _sealed(node: Any, *, secret: bool = False) -> Any:
    """Wrap the values of secret keys, at any depth."""
    if isinstance(node, dict):
        return {str(key): _sealed(value, secret=key in SECRET_KEYS) for key, value in node.items()}
    if isinstance(node, list):
        return [_sealed(one, secret=secret) for one in node]
    return Secret(str(node)) if secret and node is not None else node
