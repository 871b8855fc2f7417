"""What is known of the language of queries."""

from collections.abc import Iterator

from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark
from pytest_sfintegration.embedded.fidelity.marks.making import (
    ASSUMED,
    COMMUNITY,
    DOCUMENTED,
    RECORDED,
    row,
    rows,
)

__all__ = ["soql_marks"]

_SOQL = "SOQL and SOSL Reference"
_GRAMMAR = "Salesforce's published grammar of SOQL"
_THREADS = "questions on salesforce.stackexchange.com"

_KEYWORDS = (
    row(
        "SELECT|FROM|WHERE|LIMIT|OFFSET|ORDER|BY|ASC|DESC|GROUP|HAVING",
        DOCUMENTED,
        f"{_SOQL}, SELECT",
        "a negative number is refused (assumed); OFFSET below the top is taken everywhere",
    ),
    row(
        "NULLS|FIRST|LAST",
        DOCUMENTED,
        f"{_SOQL}, ORDER BY",
        "null first unless NULLS LAST, in both directions",
    ),
    row(
        "ROLLUP|CUBE",
        DOCUMENTED,
        f"{_SOQL}, GROUP BY ROLLUP and CUBE",
        "the order of the subtotals is assumed",
    ),
    row("AND|OR|NOT", DOCUMENTED, f"{_SOQL}, Logical Operators", "AND and OR on one level need parentheses"),
    row(
        "IN|INCLUDES|EXCLUDES",
        DOCUMENTED,
        f"{_SOQL}, Comparison Operators",
        "semi-joins and anti-joins included",
    ),
    row("TYPEOF|WHEN|THEN|ELSE|END", DOCUMENTED, f"{_SOQL}, TYPEOF", "of one step; a longer path is refused"),
    row(
        "ALL => FIELDS(ALL)|STANDARD => FIELDS(STANDARD)|CUSTOM => FIELDS(CUSTOM)",
        RECORDED,
        "activepieces/activepieces issue 14521",
        "only what the user may read; LIMIT of at most 200",
    ),
    row(
        "USING|SCOPE", DOCUMENTED, f"{_SOQL}, USING SCOPE", "everything and mine; any other scope is refused"
    ),
    row(
        "WITH|SECURITY_ENFORCED => WITH SECURITY_ENFORCED|USER_MODE => WITH USER_MODE",
        ASSUMED,
        "",
        "the grammar takes them, and they change nothing: the user's rights hold anyway",
    ),
    row("FOR|VIEW => FOR VIEW|REFERENCE => FOR REFERENCE", ASSUMED, "", "do not change the answer"),
    row(
        "SYSTEM_MODE => WITH SYSTEM_MODE|DATA => WITH DATA CATEGORY|CATEGORY|AT|ABOVE|BELOW|"
        "ABOVE_OR_BELOW|LOOKUP => USING LOOKUP|BIND|UPDATE|TRACKING => UPDATE TRACKING|VIEWSTAT => "
        "UPDATE VIEWSTAT",
        DOCUMENTED,
        _GRAMMAR,
        "parsed, then refused as not supported",
    ),
)

_FUNCTIONS = (
    row(
        "COUNT|COUNT_DISTINCT|SUM|AVG|MIN|MAX|GROUPING",
        DOCUMENTED,
        f"{_SOQL}, Aggregate Functions",
        "COUNT() of a query is the number of rows that the user sees",
    ),
    row(
        "CALENDAR_MONTH|CALENDAR_QUARTER|CALENDAR_YEAR|DAY_IN_MONTH|DAY_IN_WEEK|DAY_IN_YEAR|DAY_ONLY|"
        "HOUR_IN_DAY|WEEK_IN_MONTH|WEEK_IN_YEAR",
        DOCUMENTED,
        f"{_SOQL}, Date Functions",
        "in GMT",
    ),
    row(
        "FISCAL_MONTH|FISCAL_QUARTER|FISCAL_YEAR",
        DOCUMENTED,
        f"{_SOQL}, Date Functions",
        "the fiscal year starts in January and is named after the year it ends in (assumed)",
    ),
    row(
        "TOLABEL => toLabel|FORMAT|CONVERTTIMEZONE => convertTimezone",
        ASSUMED,
        "",
        "in en_US, US dollars and GMT, as a new org and a new user have them",
    ),
    row("FIELDS", DOCUMENTED, f"{_SOQL}, FIELDS()"),
    row(
        "CONVERTCURRENCY => convertCurrency|DISTANCE|GEOLOCATION",
        DOCUMENTED,
        _GRAMMAR,
        "parsed, then refused as not supported",
    ),
)

_DATES = (
    row(
        "TODAY|YESTERDAY|TOMORROW|LAST_90_DAYS|NEXT_90_DAYS|LAST_MONTH|THIS_MONTH|NEXT_MONTH|"
        "LAST_QUARTER|THIS_QUARTER|NEXT_QUARTER|LAST_YEAR|THIS_YEAR|NEXT_YEAR|LAST_N_DAYS:n|"
        "NEXT_N_DAYS:n|N_DAYS_AGO:n|LAST_N_MONTHS:n|NEXT_N_MONTHS:n|N_MONTHS_AGO:n|LAST_N_QUARTERS:n|"
        "NEXT_N_QUARTERS:n|N_QUARTERS_AGO:n|LAST_N_YEARS:n|NEXT_N_YEARS:n|N_YEARS_AGO:n",
        DOCUMENTED,
        f"{_SOQL}, Date Formats and Date Literals",
        "days begin at midnight GMT (assumed for the user)",
    ),
    row(
        "LAST_WEEK|THIS_WEEK|NEXT_WEEK|LAST_N_WEEKS:n|NEXT_N_WEEKS:n|N_WEEKS_AGO:n",
        DOCUMENTED,
        f"{_SOQL}, Date Formats and Date Literals",
        "weeks begin on Sunday, as in en_US (assumed for the user)",
    ),
    row(
        "LAST_FISCAL_QUARTER|THIS_FISCAL_QUARTER|NEXT_FISCAL_QUARTER|LAST_FISCAL_YEAR|"
        "THIS_FISCAL_YEAR|NEXT_FISCAL_YEAR|LAST_N_FISCAL_QUARTERS:n|NEXT_N_FISCAL_QUARTERS:n|"
        "N_FISCAL_QUARTERS_AGO:n|LAST_N_FISCAL_YEARS:n|NEXT_N_FISCAL_YEARS:n|N_FISCAL_YEARS_AGO:n",
        DOCUMENTED,
        f"{_SOQL}, Date Formats and Date Literals",
        "the fiscal year starts in January (assumed)",
    ),
)

_OPERATORS = (
    row(
        "=|!=|<|<=|>|>=|LIKE",
        DOCUMENTED,
        f"{_SOQL}, Comparison Operators",
        "an order comparison with an empty value is false (assumed)",
    ),
    row("<>", DOCUMENTED, _GRAMMAR, "another spelling of !="),
)

_VALUES = (
    row(
        "string|boolean|null|integer|decimal|date|datetime",
        DOCUMENTED,
        f"{_SOQL}, Condition Expression Syntax",
    ),
    row("time|range => date literal", DOCUMENTED, f"{_SOQL}, Date Formats and Date Literals"),
    row(
        "currency => USD5000",
        DOCUMENTED,
        f"{_SOQL}, Querying Currency Fields in Multi-Currency Orgs",
        "parsed, then refused: the org has one currency",
    ),
)

_RULES = (
    row(
        "soql.scope => field-level security in every clause and on every step of a path|"
        "soql.scope.Scope.no_such_column => a hidden field reads like an unknown one",
        RECORDED,
        "case fls.soql.hidden",
    ),
    row(
        "soql.executor._scope => a hidden object reads like an unknown one|"
        "soql.errors.unsupported_type => its sentence",
        RECORDED,
        "SFDO-Tooling/CumulusCI@598cda5: cumulusci/tasks/salesforce/tests/cassettes/TestCountSObjects",
    ),
    row(
        "soql.errors => the line of the query, the caret, the position|soql.errors.error_at => the "
        "shape of the message",
        RECORDED,
        "case fls.soql.hidden",
        "how much of a long line is shown is assumed",
    ),
    row(
        "soql.scope.Scope.no_relationship => the sentence on relationships|"
        "soql.lexer.Tokens.unexpected => unexpected token|soql.parser => the wording of syntax "
        "errors|soql.conditions => AND beside OR|soql.predicates.Predicates._filterable => fields "
        "that filters may not name|soql.predicates.Predicates._no_semi_join => semi-joins below OR "
        "or NOT|soql.semi_join.require_few => at most two semi-joins, at the top level|soql.criteria => a "
        "value of the wrong type|soql.scope.Scope._type_of => Owner.Type of a queue",
        COMMUNITY,
        _THREADS,
        "the grammar itself agrees with the published one",
    ),
    row(
        "soql.aggregates => types that an aggregate takes|soql.semi_join => what a semi-join may "
        "look like|soql.ordering => the order of rows|soql.literals => escapes and date literals|"
        "soql.grouping => GROUP BY|soql.dates => where weeks and periods begin|"
        "soql.projection.Projection._group => FIELDS() and LIMIT|"
        "soql.projection.Projection._no_duplicates => a field selected twice|soql.executor => OFFSET "
        "and USING SCOPE|soql.predicates => null in comparisons|soql.values => text without regard "
        "to case, ids by 15 characters",
        DOCUMENTED,
        _SOQL,
        "sentences, the order of groups and what an empty text equals are assumed",
    ),
    row(
        "soql.projection => records with attributes, parents and children|soql.dates.datetime_text "
        "=> datetimes",
        RECORDED,
        "restforce/restforce@1f640b2: spec/fixtures",
        "a parent that the user may not see reads as null (assumed)",
    ),
    row(
        "soql.columns => columns=true",
        DOCUMENTED,
        "salesforcecli/plugin-data: test data of its query command",
        "names are not checked against the user's rights, and hidden ones stand as written",
    ),
    row(
        "soql.formats => FORMAT()|soql.functions._date_function => convertTimezone|"
        "soql.functions._label => toLabel|soql.lexer.Tokens.enter => how deep a query may nest|"
        "soql.predicates.Predicates._bad_operator => sentences on operators",
        ASSUMED,
    ),
)


def soql_marks() -> Iterator[Mark]:
    """Yield the marks of the language."""
    yield from rows(Kind.KEYWORD, _KEYWORDS)
    yield from rows(Kind.FUNCTION, _FUNCTIONS)
    yield from rows(Kind.DATE_LITERAL, _DATES)
    yield from rows(Kind.OPERATOR, _OPERATORS)
    yield from rows(Kind.LITERAL, _VALUES)
    yield from rows(Kind.SOQL_RULE, _RULES)
