"""The recycle bin under random calls, against a plain account of what lies in it."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_sfintegration.embedded.org import EmbeddedOrg
from pytest_sfintegration.embedded.wire import Request

ROLES = {"boss": "Boss", "east": "East", "west": "West"}
ABOVE = {"boss": {"east", "west"}, "east": set(), "west": set(), "setup": {"boss", "east", "west"}}
OBJECT = {"m": "Property__c", "d": "Viewing__c", "a": "Account"}
RECORDS = ("a0", "m0", "d0", "d1")
MASTER = {"d0": "m0", "d1": "m0"}
ENVELOPE = (
    '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header><s:SessionHeader '
    'xmlns:s="urn:partner.soap.sforce.com"><s:sessionId>{token}</s:sessionId></s:SessionHeader></e:Header>'
    '<e:Body><{name} xmlns="urn:partner.soap.sforce.com"><ids>{record}</ids></{name}></e:Body></e:Envelope>'
)
ACTS = st.tuples(
    st.sampled_from([*["delete", "undelete"] * 3, "emptyRecycleBin", "repoint"]),
    st.sampled_from([*["setup"] * 3, *sorted(ABOVE)]),
    st.sampled_from(RECORDS),
)


class Truth:
    """``gone``: record -> (who deleted it, with which record); ``lost``: no longer in the bin."""

    def __init__(self) -> None:
        self.gone: dict[str, tuple[str, str | None]] = {}
        self.lost: set[str] = set()
        self.lookup: dict[str, str | None] = {"m0": "a0"}
        self.forgot: dict[str, list[str]] = {}

    def live(self, record: str) -> bool:
        return record not in self.gone and record not in self.lost

    def do(self, what: str, user: str, record: str) -> bool:
        """Do what a user asks, and return whether he may."""
        if what == "repoint":
            self.lookup["m0"] = "a1"
            return True
        if what == "delete":
            if not self.live(record):
                return False
            self.delete(user, record, None)
            return True
        if not self.may(what, user, record):
            return False
        self.leave(what, record)
        return True

    def may(self, what: str, user: str, record: str) -> bool:
        by, along = self.gone.get(record, (None, None))
        if by is None or along is not None or (user != by and by not in ABOVE[user]):
            return False
        return what != "undelete" or record not in MASTER or self.live(MASTER[record])

    def delete(self, user: str, record: str, along: str | None) -> None:
        self.gone[record] = (user, along)
        for detail, master in MASTER.items():
            if master == record and self.live(detail):
                self.delete(user, detail, record)
        self.forgot[record] = [each for each, to in self.lookup.items() if to == record and self.live(each)]
        for each in self.forgot[record]:
            self.lookup[each] = None

    def leave(self, what: str, record: str) -> None:
        del self.gone[record]
        for detail in [each for each, (_, along) in self.gone.items() if along == record]:
            self.leave(what, detail)
        if what != "undelete":
            self.lost.add(record)
            return
        for each in self.forgot.pop(record):
            if self.lookup[each] is None:
                self.lookup[each] = record


class Scene:
    """An org in which everybody may delete everything."""

    def __init__(self, hierarchy: Callable[..., EmbeddedOrg], make_client: Any) -> None:
        users = {f"{name}@embedded.example": role for name, role in ROLES.items()}
        self.org = hierarchy(users, {"Property__c": "FullAccess", "Account": "FullAccess"})
        self.clients = {
            name: make_client(org=self.org, username=f"{name}@embedded.example") for name in ABOVE
        }
        self.setup = self.clients["setup"]
        self.ids = {name: self.setup.create("Account", Name=name) for name in ("a0", "a1")}
        self.ids["m0"] = self.setup.create("Property__c", Name="m", Account__c=self.ids["a0"])
        for name, master in MASTER.items():
            self.ids[name] = self.setup.create("Viewing__c", Property__c=self.ids[master])
        self.names = {record: name for name, record in self.ids.items()}

    def do(self, what: str, user: str, record: str) -> bool:
        path = f"/sobjects/{OBJECT[record[0]]}/{self.ids[record]}"
        if what == "delete":
            return bool(self.clients[user]("DELETE", path).status == 204)
        token = self.org.login_token(f"{user}@embedded.example")
        body = ENVELOPE.format(token=token, name=what, record=self.ids[record]).encode()
        answer = self.org.handle(Request(method="POST", path="/services/Soap/u/62.0", body=body))
        tree = ET.fromstring(answer.payload)  # noqa: S314 - our own answer
        return tree.findtext(".//{*}success") == "true"

    def repoint(self) -> None:
        table = self.org.world.storage.table("Property__c")
        table.put({**table.rows[self.ids["m0"]], "Account__c": self.ids["a1"]})

    def found(self, resource: str) -> set[str]:
        rows = [
            row
            for name in OBJECT.values()
            for row in self.setup("GET", resource, q=f"SELECT Id FROM {name}").payload["records"]
        ]
        return {self.names[row["Id"]] for row in rows}


@given(acts=st.lists(ACTS, min_size=3, max_size=12))
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_bin_gives_back_what_a_plain_account_says(
    hierarchy: Callable[..., EmbeddedOrg], make_client: Any, acts: list[tuple[str, str, str]]
) -> None:
    scene, truth = Scene(hierarchy, make_client), Truth()
    for what, user, record in acts:
        allowed = truth.do(what, user, record)
        if what == "repoint":
            scene.repoint()
        else:
            assert scene.do(what, user, record) is allowed, (what, user, record)
    assert scene.found("/query") == {"a1", *(each for each in RECORDS if truth.live(each))}
    assert scene.found("/queryAll") == {"a1", *RECORDS}
    rows = scene.setup("GET", "/queryAll", q="SELECT Id, Account__c FROM Property__c").payload["records"]
    told = {scene.names[row["Id"]]: scene.names.get(row["Account__c"]) for row in rows}
    assert told == truth.lookup
