"""The registry: every mark, and what the code enumerates for it to speak of."""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

from pytest_sfintegration.embedded.fidelity.inventory import access, codes, endpoints, soql, tables
from pytest_sfintegration.embedded.fidelity.mark import Kind, Mark
from pytest_sfintegration.embedded.fidelity.marks.assignments import assignment_marks
from pytest_sfintegration.embedded.fidelity.marks.bulk import bulk_marks
from pytest_sfintegration.embedded.fidelity.marks.codes import code_marks
from pytest_sfintegration.embedded.fidelity.marks.contacts import contact_marks
from pytest_sfintegration.embedded.fidelity.marks.endpoints import endpoint_marks
from pytest_sfintegration.embedded.fidelity.marks.logins import login_marks
from pytest_sfintegration.embedded.fidelity.marks.metadata import metadata_marks
from pytest_sfintegration.embedded.fidelity.marks.permissions import permission_marks
from pytest_sfintegration.embedded.fidelity.marks.recycling import recycling_marks
from pytest_sfintegration.embedded.fidelity.marks.shares import share_marks
from pytest_sfintegration.embedded.fidelity.marks.sharing import sharing_marks
from pytest_sfintegration.embedded.fidelity.marks.soql import soql_marks
from pytest_sfintegration.embedded.fidelity.marks.tables import table_marks
from pytest_sfintegration.embedded.fidelity.marks.teams import team_marks
from pytest_sfintegration.embedded.fidelity.marks.territories import territory_marks

__all__ = ["INVENTORY", "marks"]

INVENTORY: Mapping[Kind, Callable[[], frozenset[str]]] = MappingProxyType(
    {
        Kind.ENDPOINT: endpoints.endpoints,
        Kind.PATH: endpoints.paths,
        Kind.LOGIN: endpoints.logins,
        Kind.METADATA: tables.metadata_types,
        Kind.ERROR: codes.error_codes,
        Kind.KEYWORD: soql.keywords,
        Kind.FUNCTION: soql.functions_of_soql,
        Kind.DATE_LITERAL: soql.date_literals,
        Kind.OPERATOR: soql.operators,
        Kind.LITERAL: soql.values,
        Kind.SOQL_RULE: soql.rules_of_soql,
        Kind.GOVERNANCE: access.governances,
        Kind.IMPLICATION: access.implications,
        Kind.USER_PERMISSION: access.user_permissions,
        Kind.PERMISSION_RULE: access.permission_rules,
        Kind.DEFAULT: access.defaults,
        Kind.MEMBER: access.members,
        Kind.CRITERION: access.criteria,
        Kind.CAUSE: access.causes,
        Kind.RECORD_RULE: access.record_rules,
        Kind.TABLE: tables.setup_tables,
        Kind.COLUMNS: tables.column_families,
        Kind.VALUE: tables.values_of_fields,
        Kind.WRITE_RULE: tables.write_rules,
    }
)
"""What the code itself enumerates, by the kind of mark that has to speak of it."""


@cache
def marks() -> tuple[Mark, ...]:
    """Return every mark."""
    return (
        *endpoint_marks(),
        *code_marks(),
        *soql_marks(),
        *permission_marks(),
        *sharing_marks(),
        *contact_marks(),
        *share_marks(),
        *table_marks(),
        *team_marks(),
        *recycling_marks(),
        *assignment_marks(),
        *bulk_marks(),
        *metadata_marks(),
        *login_marks(),
        *territory_marks(),
    )
