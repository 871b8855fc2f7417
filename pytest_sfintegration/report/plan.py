"""The planned calls, and the ones that were used, as text."""

from collections.abc import Mapping
from textwrap import wrap

__all__ = ["render_calls", "render_plan", "render_used"]

_ON_TOP = (
    "This is the most without surprises. On top may come pages beyond the first, parents that records need, "
    "log-ins, and a second look after a surprise."
)


def render_plan(plans: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Return the calls of each integration by purpose, and their sum."""
    lines: list[str] = []
    for integration, counts in plans.items():
        lines.append(f"{integration}: at most {_calls(sum(counts.values()))}")
        lines.extend(f"  {calls:>5}  {purpose}" for purpose, calls in _ranked(counts))
    if not plans:
        return ["no test that is selected asks an org"]
    if len(plans) > 1:
        total = sum(sum(counts.values()) for counts in plans.values())
        lines.append(f"all together: at most {_calls(total)}")
    return [*lines, *wrap(_ON_TOP, 80)]


def render_calls(org: str, *, planned: int, used: int, left: int | None) -> str:
    """Return the line of a run on a live org; ``left`` is what the org has left of its calls of 24 hours."""
    parts = [f"at most {planned} planned for the matrices"] if planned else []
    parts.append(f"{used} used in all" if planned else f"{used} used")
    if left is not None:
        parts.append(f"{left:,} left in the org for 24 hours")
    return f"API calls on {org}: {', '.join(parts)}"


def render_used(counts: Mapping[str, int]) -> list[str]:
    """Return the calls used by purpose, most first."""
    told = ", ".join(f"{purpose} {calls}" for purpose, calls in _ranked(counts))
    indent = "  "
    return wrap(f"calls by purpose: {told}", 80, initial_indent=indent, subsequent_indent=indent * 2)


def _ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(
        ((key, count) for key, count in counts.items() if count), key=lambda pair: (-pair[1], pair[0])
    )


def _calls(count: int) -> str:
    return f"{count} API call{'' if count == 1 else 's'}"
