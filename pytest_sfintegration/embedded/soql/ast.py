"""The syntax tree of a query. ``at`` is the offset in the text; it takes no part in equality."""

from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "And",
    "Comparison",
    "Condition",
    "DataCategory",
    "Expression",
    "FieldItem",
    "FieldsItem",
    "Function",
    "Geolocation",
    "InList",
    "InSelect",
    "Includes",
    "Literal",
    "Lookup",
    "Not",
    "Or",
    "OrderItem",
    "Path",
    "Query",
    "SelectItem",
    "Source",
    "SubSelect",
    "TypeOf",
    "When",
]


@dataclass(frozen=True, slots=True)
class Path:
    """A field path: ``Name``, ``Account.Owner.Name``."""

    parts: tuple[str, ...]
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class Geolocation:
    """``GEOLOCATION(latitude, longitude)``."""

    latitude: float
    longitude: float
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        return f"GEOLOCATION({self.latitude}, {self.longitude})"


@dataclass(frozen=True, slots=True)
class Function:
    """A function call; ``name`` in capitals. ``unit`` is the third argument of DISTANCE."""

    name: str
    args: "tuple[Path | Function | Geolocation, ...]"
    unit: str | None = None
    at: int = field(default=0, compare=False)

    def __str__(self) -> str:
        args = [str(arg) for arg in self.args]
        if self.unit is not None:
            args.append(f"'{self.unit}'")
        return f"{self.name}({', '.join(args)})"


Expression = Path | Function


@dataclass(frozen=True, slots=True)
class Literal:
    """A value. ``kind``: string, integer, decimal, boolean, null, date, datetime, time, range, currency.

    ``value`` is the decoded value (text of a string, Decimal of a number, name of a relative date);
    ``number`` the n of ``LAST_N_DAYS:n``; ``currency`` the code of ``USD5000``; ``source`` the text as it
    was written.
    """

    kind: str
    value: Any
    source: str
    number: int | None = None
    currency: str | None = None
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left operator value``; the operator is one of = != < <= > >= LIKE."""

    left: Expression
    operator: str
    value: Literal
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class InList:
    """``left [NOT] IN (values)``."""

    left: Expression
    negated: bool
    values: tuple[Literal, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class InSelect:
    """A semi-join (or anti-join): ``left [NOT] IN (SELECT …)``."""

    left: Expression
    negated: bool
    query: "Query"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Includes:
    """``left INCLUDES (values)``, or EXCLUDES when negated."""

    left: Expression
    negated: bool
    values: tuple[Literal, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts."""

    parts: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the parts."""

    parts: "tuple[Condition, ...]"
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: "Condition"
    at: int = field(default=0, compare=False)


Condition = Comparison | InList | InSelect | Includes | And | Or | Not


@dataclass(frozen=True, slots=True)
class FieldItem:
    """A field or function of the select list."""

    expression: Expression
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class FieldsItem:
    """``FIELDS(ALL | STANDARD | CUSTOM)``; ``prefix`` is what stands before the keyword (``acc.all``)."""

    group: str
    prefix: tuple[str, ...] = ()
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class SubSelect:
    """A nested query over a child relationship."""

    query: "Query"
    alias: str | None = None
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class When:
    """One ``WHEN type THEN fields`` of TYPEOF."""

    type: str
    fields: tuple[Expression, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class TypeOf:
    """``TYPEOF path WHEN … THEN … ELSE … END``."""

    path: Path
    whens: tuple[When, ...]
    otherwise: tuple[Expression, ...] = ()
    at: int = field(default=0, compare=False)


SelectItem = FieldItem | FieldsItem | SubSelect | TypeOf


@dataclass(frozen=True, slots=True)
class Source:
    """One item of FROM: an object, a child relationship or a path from an alias, and its alias."""

    path: Path
    alias: str | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """``USING LOOKUP path`` with its BIND values."""

    path: Path
    binds: tuple[tuple[Path, Literal], ...] = ()


@dataclass(frozen=True, slots=True)
class DataCategory:
    """One selection of ``WITH DATA CATEGORY``."""

    group: str
    selector: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One key of ORDER BY; ``nulls_first`` is None when the query does not say."""

    expression: Expression
    descending: bool = False
    nulls_first: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A whole query, or the inside of a sub-select or semi-join.

    ``select`` is empty for ``SELECT COUNT()``. ``mode`` is SECURITY_ENFORCED, USER_MODE or SYSTEM_MODE;
    ``with_other`` holds the text of WITH clauses that are only known by syntax. ``grouping`` is ROLLUP or
    CUBE.
    """

    select: tuple[SelectItem, ...]
    source: Source
    count_only: bool = False
    more_sources: tuple[Source, ...] = ()
    scope: str | None = None
    lookup: Lookup | None = None
    where: Condition | None = None
    mode: str | None = None
    data_categories: tuple[DataCategory, ...] = ()
    with_other: tuple[str, ...] = ()
    group_by: tuple[Expression, ...] = ()
    grouping: str | None = None
    having: Condition | None = None
    order_by: tuple[OrderItem, ...] = ()
    limit: int | None = None
    offset: int | None = None
    for_clauses: tuple[str, ...] = ()
    update_clauses: tuple[str, ...] = ()
    at: int = field(default=0, compare=False)
    clause_at: tuple[tuple[str, int], ...] = field(default=(), compare=False)

    def where_is(self, clause: str) -> int:
        """Return the offset of a clause's keyword, else the query's own."""
        return dict(self.clause_at).get(clause, self.at)
