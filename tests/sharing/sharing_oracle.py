"""Record access by brute force over a plain description of an org: the oracle that the engine is held to.

Shares nothing with the plugin. An org is lists and dicts; access is a set of words.
"""

from dataclasses import dataclass, field

WORDS = {
    "None": set(),
    "Private": set(),
    "Read": {"read"},
    "Edit": {"read", "edit"},
    "ReadWrite": {"read", "edit"},
    "ReadWriteTransfer": {"read", "edit", "transfer"},
    "FullAccess": {"read", "edit", "transfer", "delete"},
    "All": {"read", "edit", "delete", "transfer", "all"},
}
CHILD_SETTING = {"Contact": "contactAccessLevel", "Opportunity": "opportunityAccessLevel"}


class UnknownError(Exception):
    """What the documentation leaves open: whether Modify All on accounts opens contacts they control."""


@dataclass
class Org:
    """``roles``: role -> parent; ``users``: id -> role; ``groups``: name -> (bosses too, members).

    ``managers``: user -> his manager.
    ``territories``: name -> parent, members, accounts, and the level on each object. All are of one model,
    which is ``active`` or not. ``forecast``: what the users of a parent get on an opportunity's territory.
    """

    roles: dict[str, str | None]
    users: dict[str, str | None]
    groups: dict[str, tuple[bool, list[tuple[str, str]]]]
    queue: list[str]
    defaults: dict[str, str]
    role_settings: dict[str, dict[str, str]]
    rules: list[dict[str, object]]
    shares: list[dict[str, object]]
    records: dict[str, list[dict[str, object]]]
    reads_master: bool
    rights: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    queue_bosses: bool = True
    managers: dict[str, str | None] = field(default_factory=dict)
    territories: dict[str, dict[str, object]] = field(default_factory=dict)
    active: bool = True
    forecast: str = "Read"

    def access(self, user: str, obj: str, record: dict[str, object]) -> set[str]:
        """Return what a user may do with a record; raise UnknownError where nobody says."""
        rights = self.rights[user][obj]
        if "read" not in rights:
            return set()
        allowed = {"read"} | (rights & {"delete"})
        if "edit" in rights:
            allowed |= {"edit", "transfer", "all"}
        held = self.sharing(user, obj, record) & allowed
        follows = obj == "Contact" and self.defaults[obj] == "ControlledByParent" and record["AccountId"]
        if follows and allowed - held and "modify_all" in self.rights[user]["Account"]:
            raise UnknownError
        return held

    def sharing(self, user: str, obj: str, record: dict[str, object]) -> set[str]:
        rights = self.rights[user][obj]
        found: set[str] = set()
        if "modify_all" in rights:
            found |= WORDS["All"]
        if "view_all" in rights:
            found |= {"read"}
        return found | self.without_rights(user, obj, record)

    def without_rights(self, user: str, obj: str, record: dict[str, object]) -> set[str]:
        """Return access without what View All and Modify All on the object give."""
        found: set[str] = set()
        if obj == "Contact" and record["AccountId"] is None:
            return WORDS["All"] if record["OwnerId"] == user else set()
        if obj == "Detail__c":
            return found | self.detail(user, record)
        if self.defaults[obj] == "ControlledByParent":
            return found | self.controlled(user, record)
        found |= WORDS[self.defaults[obj]] | self.personal(user, obj, record)
        if obj == "Account":
            found |= self.from_children(user, record)
        if obj in CHILD_SETTING:
            for account in self.records["Account"]:
                if account["Id"] == record["AccountId"]:
                    found |= self.from_account(user, obj, account)
        return found

    def from_children(self, user: str, account: dict[str, object]) -> set[str]:
        for obj in ("Contact", "Opportunity"):
            for child in self.records[obj]:
                if child["AccountId"] != account["Id"]:
                    continue
                owner = str(child["OwnerId"])
                owns = owner == user or self.is_above(user, owner)
                controlled = self.defaults[obj] == "ControlledByParent"
                if owns if controlled else "read" in self.personal(user, obj, child):
                    return {"read"}
        return set()

    def detail(self, user: str, record: dict[str, object]) -> set[str]:
        for thing in self.records["Thing__c"]:
            if thing["Id"] == record["Thing__c"]:
                master = self.sharing(user, "Thing__c", thing)
                if ("read" if self.reads_master else "edit") in master:
                    return {"read", "edit", "delete"}
                return master & {"read"}
        return set()

    def controlled(self, user: str, record: dict[str, object]) -> set[str]:
        for account in self.records["Account"]:
            if account["Id"] == record["AccountId"]:
                return self.without_rights(user, "Account", account)
        return set()

    def personal(self, user: str, obj: str, record: dict[str, object]) -> set[str]:
        found: set[str] = set()
        owner = record["OwnerId"]
        if owner == user or (isinstance(owner, str) and self.is_above(user, owner)):
            found |= WORDS["All"]
        if owner == "queue" and self.gets(user, ("queue", "Desk")):
            found |= WORDS["All"]
        for rule in self.rules:
            if rule["object"] == obj and self.gets(user, rule["to"]) and self.covers(rule, record):
                found |= WORDS[str(rule["access"])]
        for name, territory in self.territories.items():
            here = obj == "Account" and record["Id"] in self.listed(territory, "accounts")
            if here and self.works(user, name):
                found |= WORDS[self.levels(territory)["Account"]]
            parent = territory["parent"]
            if obj == "Opportunity" and record["Territory2Id"] == name and isinstance(parent, str):
                found |= WORDS[self.forecast] if self.works(user, parent) else set()
        for share in self.shares:
            if share["record"] == record["Id"] and self.gets(user, share["to"]):
                found |= WORDS[str(share["access"])]
        return found

    def from_account(self, user: str, obj: str, account: dict[str, object]) -> set[str]:
        found: set[str] = set()
        owner = account["OwnerId"]
        role = self.users.get(str(owner))
        if role is not None and (owner == user or self.is_above(user, str(owner))):
            found |= WORDS[self.role_settings[role][obj]]
        for rule in self.rules:
            if rule["object"] == "Account" and self.gets(user, rule["to"]) and self.covers(rule, account):
                settings = rule["settings"]
                assert isinstance(settings, dict)
                found |= WORDS[settings[CHILD_SETTING[obj]]]
        for name, territory in self.territories.items():
            if account["Id"] in self.listed(territory, "accounts") and self.works(user, name):
                found |= WORDS[self.levels(territory)[obj]]
        return found

    @staticmethod
    def listed(territory: dict[str, object], key: str) -> list[str]:
        value = territory[key]
        assert isinstance(value, list)
        return value

    @staticmethod
    def levels(territory: dict[str, object]) -> dict[str, str]:
        value = territory["levels"]
        assert isinstance(value, dict)
        return value

    def works(self, user: str, name: str) -> bool:
        """Return whether a user is in a territory, or in one from which it can be reached by going down."""
        if not self.active:
            return False
        if user in self.listed(self.territories[name], "members"):
            return True
        parent = self.territories[name]["parent"]
        return isinstance(parent, str) and self.works(user, parent)

    def assigned(self, user: str, kind: str, name: str) -> bool:
        """Return whether a user is in a territory, or where the kind says so in one below it."""
        if not self.active:
            return False
        if user in self.listed(self.territories[name], "members"):
            return True
        below = [one for one, other in self.territories.items() if other["parent"] == name]
        return kind == "territoryAndSubordinates" and any(self.assigned(user, kind, one) for one in below)

    def has_account(self, account: object, kind: str, name: str) -> bool:
        if not self.active:
            return False
        if account in self.listed(self.territories[name], "accounts"):
            return True
        below = [one for one, other in self.territories.items() if other["parent"] == name]
        return kind == "territoryAndSubordinates" and any(self.has_account(account, kind, o) for o in below)

    def covers(self, rule: dict[str, object], record: dict[str, object]) -> bool:
        source = rule["from"]
        if rule["type"] == "territory":
            assert isinstance(source, tuple)
            return self.has_account(record["Id"], source[0], source[1])
        if rule["from"] is not None:
            return self.belongs(str(record["OwnerId"]), rule["from"])
        wanted = str(rule["region"]).lower()
        return record["Region__c"] is not None and str(record["Region__c"]).lower() == wanted

    def is_above(self, user: str, other: str) -> bool:
        role, at = self.users.get(user), self.users.get(other)
        while role is not None and at is not None:
            at = self.roles[at]
            if at == role:
                return True
        return False

    def belongs(self, user: str, whom: object) -> bool:
        """Return whether a user is among those named, nobody above them counted."""
        assert isinstance(whom, tuple)
        kind, name = whom
        if kind == "queue":
            return user == "queue"
        if user not in self.users:
            return False
        if kind == "group":
            return user in self.group_members()[name]
        return self.named(user, kind, name)

    def named(self, user: str, kind: str, name: str) -> bool:  # noqa: PLR0911 - one for each kind
        if kind == "user":
            return user == name
        if kind == "allInternalUsers":
            return True
        if kind.startswith("manager"):
            return self.manages(user, name) if kind == "managers" else self.is_under(user, name)
        if kind.startswith("territory"):
            return self.assigned(user, kind, name)
        at = self.users[user]
        if kind == "role":
            return at == name
        while at is not None:
            if at == name:
                return True
            at = self.roles[at]
        return False

    def manages(self, user: str, other: str) -> bool:
        """Return whether a user is a direct or indirect manager of another one."""
        boss = self.managers[other]
        return boss is not None and (boss == user or self.manages(user, boss))

    def is_under(self, user: str, other: str) -> bool:
        """Return whether a user is another one, or reports to him, directly or not."""
        return user == other or self.manages(other, user)

    def group_members(self) -> dict[str, set[str]]:
        """Return all groups' members as a fixpoint."""
        found: dict[str, set[str]] = {name: set() for name in self.groups}
        changed = True
        while changed:
            changed = False
            for name, (_, members) in self.groups.items():
                for kind, value in members:
                    more = (
                        found[value]
                        if kind == "group"
                        else {u for u in self.users if self.named(u, kind, value)}
                    )
                    if not more <= found[name]:
                        found[name] |= more
                        changed = True
        return found

    def gets(self, user: str, whom: object) -> bool:
        """Return whether a user gets what is shared: named, or above somebody named."""
        assert isinstance(whom, tuple)
        kind, name = whom
        if kind == "queue":
            above = self.queue_bosses and any(self.is_above(user, one) for one in self.queue)
            return user in self.queue or above
        by_territory = kind.startswith("territory")
        if self.belongs(user, whom) or (by_territory and self.works(user, name)):
            return True
        if by_territory or (kind == "group" and not self.groups[name][0]):
            return False
        if any(self.belongs(one, whom) and self.is_above(user, one) for one in self.users):
            return True
        if not kind.startswith("role"):
            return False
        above, at = set(), self.roles[name]
        while at is not None:
            above.add(at)
            at = self.roles[at]
        return self.users[user] in above
