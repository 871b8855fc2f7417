"""Records that may not be deleted for what hangs on them."""

from collections.abc import Sequence

from pytest_sfintegration.embedded.errors import ApiError, NotSupportedError
from pytest_sfintegration.embedded.platform_fields import is_unknown, why_unknown
from pytest_sfintegration.embedded.storage import Record
from pytest_sfintegration.sfdx.model import FieldDef, ObjectDef

__all__ = ["refuse_deletion"]


def refuse_deletion(row: Record, child: ObjectDef, field: FieldDef, living: Sequence[Record]) -> None:
    """Raise the refusal of a record's deletion for the children that one of its relationships holds.

    Documented: Object Reference, Relationships Among Objects; Help, Guidelines for Deleting Accounts: cases
    keep an account, activated contracts do not go along, opportunities of whatever owner do. The words,
    and that closed won opportunities keep an account, are those of public captures of answers.
    """
    if (child.name, field.name) == ("Opportunity", "AccountId"):
        _keep_won(row, child, living)
    holding = living if field.delete_constraint == "Restrict" else []
    if (child.name, field.name) == ("Contract", "AccountId"):
        holding = [each for each in living if each.get("Status") == "Activated"]
    if holding:
        reason = f"it is associated with the following {child.plural_label.lower()}."
        raise _refusal(row, child, holding, reason)


def _keep_won(row: Record, opportunity: ObjectDef, living: Sequence[Record]) -> None:
    won = [each for each in living if each.get("IsWon")]
    if won:
        raise _refusal(
            row,
            opportunity,
            won,
            "some opportunities in that account were closed won. The opportunities that could not be deleted "
            "are shown below.",
        )
    for each in living:
        if is_unknown(opportunity.name, "IsWon", each):
            raise NotSupportedError(
                "deleting an account whose opportunities may be won: "
                f"{why_unknown(opportunity.name, 'IsWon', each)}"
            )


def _refusal(row: Record, child: ObjectDef, holding: Sequence[Record], reason: str) -> ApiError:
    name = next((field.name for field in child.fields.values() if field.name_field), "Id")
    names = ", ".join(str(each.get(name) or each["Id"][:15]) for each in holding)
    what = row.get("Name") or row["Id"]
    text = f"Your attempt to delete {what} could not be completed because {reason}: {names}\n"
    return ApiError(400, "DELETE_FAILED", text, [])
