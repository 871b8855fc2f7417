"""A user who holds more permission sets than one query of theirs may return."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pytest_sfintegration.access.configured import Configured
from pytest_sfintegration.access.practices.facts import PracticeFacts
from pytest_sfintegration.access.practices.gather import gather_practices
from pytest_sfintegration.access.practices.upkeep_facts import HeldPermissions
from pytest_sfintegration.access.tables import read_configured
from pytest_sfintegration.embedded.builtin import API_ONLY_PROFILE
from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.specs import SETUP_USERNAME, UserSpec
from pytest_sfintegration.orgs.client import Budget, OrgClient, Reply
from pytest_sfintegration.orgs.embedded import client_of
from pytest_sfintegration.orgs.errors import OrgError
from pytest_sfintegration.sfdx.project import load_many

XMLNS = 'xmlns="http://soap.sforce.com/2006/04/metadata"'
USERNAME = "acme@example.com"
TODAY = date(2026, 1, 1)


def org_of(folder: Path, count: int, *, grouped: bool = False) -> OrgClient:
    """Return the setup user of an org whose integration user holds so many sets, the last with a right."""
    base = folder / "force-app"
    (base / "permissionsets").mkdir(parents=True)
    (base / "permissionsetgroups").mkdir()
    (folder / "sfdx-project.json").write_text('{"packageDirectories": [{"path": "force-app"}]}')
    names = [f"S{index:03d}" for index in range(count)]
    last = "<userPermissions><enabled>true</enabled><name>ManageUsers</name></userPermissions>"
    for name in names:
        body = f"<label>{name}</label>{last if name == names[-1] else ''}"
        path = base / "permissionsets" / f"{name}.permissionset-meta.xml"
        path.write_text(f"<PermissionSet {XMLNS}>{body}</PermissionSet>")
    groups = []
    for start in range(0, count if grouped else 0, 100):
        groups.append(f"G{start}")
        members = "".join(f"<permissionSets>{name}</permissionSets>" for name in names[start : start + 100])
        path = base / "permissionsetgroups" / f"G{start}.permissionsetgroup-meta.xml"
        body = f"<label>G</label>{members}<status>Updated</status>"
        path.write_text(f"<PermissionSetGroup {XMLNS}>{body}</PermissionSetGroup>")
    spec = UserSpec(
        username=USERNAME,
        profile=API_ONLY_PROFILE,
        license="Salesforce",
        permission_sets=() if grouped else tuple(names),
        permission_set_groups=tuple(groups),
    )
    return client_of(EmbeddedOrg(load_many((folder,)), [spec]), SETUP_USERNAME, Budget())


def configured(folder: Path, count: int, **how: bool) -> Configured:
    return read_configured(org_of(folder, count, **how), USERNAME)


@pytest.mark.parametrize("count", [198, 199, 200, 205, 401])
def test_every_assigned_set_counts(tmp_path: Path, count: int) -> None:
    found = configured(tmp_path, count)
    assert len(found.assigned) == count + 1  # the profile's own
    assert "ManageUsers" in found.user_permissions
    assert [one.name for one in found.why_user_permission("ManageUsers")] == [f"S{count - 1:03d}"]


def test_every_member_of_the_groups_is_named(tmp_path: Path) -> None:
    found = configured(tmp_path, 205, grouped=True)
    (grant,) = found.why_user_permission("ManageUsers")
    assert (grant.name, grant.group) == ("S204", "G200")


def test_set_that_the_setup_user_does_not_see_is_not_taken_for_empty(tmp_path: Path) -> None:
    setup = org_of(tmp_path, 3)
    transport = setup._transport

    class Hiding:
        def send(self, method: str, path: str, body: Any) -> Reply:
            reply = transport.send(method, path, body)
            for one in reply.payload.get("results", ()):
                rows = one["result"].get("records", ())
                if any(row.get("Name") == "S002" for row in rows):
                    kept = [row for row in rows if row["Name"] != "S002"]
                    one["result"] = {**one["result"], "records": kept, "totalSize": len(kept)}
            return reply

    setup._transport = Hiding()
    with pytest.raises(OrgError, match=r"1 of the 4 permission sets .* are hidden from the setup user"):
        read_configured(setup, USERNAME)


def held(folder: Path, count: int) -> PracticeFacts:
    return gather_practices(org_of(folder, count), USERNAME, [HeldPermissions], today=TODAY)


def test_checklist_does_not_judge_a_part_of_the_sets(tmp_path: Path) -> None:
    few = held(tmp_path / "few", 150)
    assert "ManageUsers" in few.of(HeldPermissions).held
    many = held(tmp_path / "many", 205)
    assert HeldPermissions not in many.told
    assert "not all of them were read" in many.untold[HeldPermissions]
