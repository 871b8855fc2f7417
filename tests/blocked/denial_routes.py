"""Routes to an object, to its records and to a field: requests with places for names and ids.

``{X}`` is the object, ``{F}`` the field of a contact, ``{id}`` and ``{contact}`` are records;
``{k}`` and ``{s}`` are external ids.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

ROOT = "/services/data/v62.0"


class Route(NamedTuple):
    """A request whose path and body have places."""

    method: str
    path: str
    body: Any = None

    def filled(self, names: Mapping[str, str]) -> "Route":
        return Route(self.method, _filled(self.path, names), _filled(self.body, names))


def _filled(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for key, text in names.items():
            value = value.replace(f"{{{key}}}", text)
        return value
    if isinstance(value, dict):
        return {_filled(key, names): _filled(each, names) for key, each in value.items()}
    return [_filled(each, names) for each in value] if isinstance(value, list) else value


def _soql(text: str) -> str:
    return f"{ROOT}/query?q={quote(text, safe='{}')}"


READS: Mapping[str, Route] = {
    "query": Route("GET", _soql("SELECT Id FROM {X}")),
    "query all": Route("GET", _soql("SELECT Id FROM {X}").replace("/query?", "/queryAll?")),
    "count": Route("GET", _soql("SELECT COUNT() FROM {X}")),
    "semi-join": Route("GET", _soql("SELECT Id FROM Contact WHERE Id IN (SELECT Contact__c FROM {X})")),
    "parent path": Route("GET", _soql("SELECT Payroll__r.Name FROM Slip__c")),
    "child sub-select": Route("GET", _soql("SELECT Id, (SELECT Id FROM Payrolls__r) FROM Contact")),
    "describe": Route("GET", f"{ROOT}/sobjects/{{X}}/describe"),
    "basic information": Route("GET", f"{ROOT}/sobjects/{{X}}"),
    "record": Route("GET", f"{ROOT}/sobjects/{{X}}/{{id}}"),
    "external id": Route("GET", f"{ROOT}/sobjects/{{X}}/Key__c/{{k}}"),
    "collections": Route("GET", f"{ROOT}/composite/sobjects/{{X}}?ids={{id}}&fields=Id"),
    "object-info": Route("GET", f"{ROOT}/ui-api/object-info/{{X}}"),
    "object-info batch": Route("GET", f"{ROOT}/ui-api/object-info/batch/{{X}}"),
    "batch": Route(
        "POST",
        f"{ROOT}/composite/batch",
        {"batchRequests": [{"method": "GET", "url": "v62.0/sobjects/{X}/{id}"}]},
    ),
    "composite": Route(
        "POST",
        f"{ROOT}/composite",
        {"compositeRequest": [{"method": "GET", "url": f"{ROOT}/sobjects/{{X}}/{{id}}", "referenceId": "a"}]},
    ),
}
WRITES: Mapping[str, Route] = {
    "create": Route("POST", f"{ROOT}/sobjects/{{X}}", {"Name": "n"}),
    "update": Route("PATCH", f"{ROOT}/sobjects/{{X}}/{{id}}", {"Name": "n"}),
    "delete": Route("DELETE", f"{ROOT}/sobjects/{{X}}/{{id}}"),
    "create by collections": Route(
        "POST", f"{ROOT}/composite/sobjects", {"records": [{"attributes": {"type": "{X}"}, "Name": "n"}]}
    ),
    "create by tree": Route(
        "POST",
        f"{ROOT}/composite/tree/{{X}}",
        {"records": [{"attributes": {"type": "{X}", "referenceId": "r"}, "Name": "n"}]},
    ),
    "create by batch": Route(
        "POST",
        f"{ROOT}/composite/batch",
        {"batchRequests": [{"method": "POST", "url": "v62.0/sobjects/{X}", "richInput": {"Name": "n"}}]},
    ),
    "create by graph": Route(
        "POST",
        f"{ROOT}/composite/graph",
        {
            "graphs": [
                {
                    "graphId": "g",
                    "compositeRequest": [
                        {
                            "method": "POST",
                            "url": f"{ROOT}/sobjects/{{X}}",
                            "referenceId": "a",
                            "body": {"Name": "n"},
                        }
                    ],
                }
            ]
        },
    ),
}
FIELD: Mapping[str, Route] = {
    "select": Route("GET", _soql("SELECT {F} FROM Contact")),
    "where": Route("GET", _soql("SELECT Id FROM Contact WHERE {F} != null")),
    "order by": Route("GET", _soql("SELECT Id FROM Contact ORDER BY {F}")),
    "group by": Route("GET", _soql("SELECT {F}, COUNT(Id) n FROM Contact GROUP BY {F}")),
    "aggregate": Route("GET", _soql("SELECT MAX({F}) m FROM Contact")),
    "from the child": Route("GET", _soql("SELECT Id, (SELECT {F} FROM Contacts) FROM Account")),
    "record fields": Route("GET", f"{ROOT}/sobjects/Contact/{{contact}}?fields={{F}}"),
    "external id": Route("GET", f"{ROOT}/sobjects/Contact/{{F}}/{{s}}"),
    "collections": Route("GET", f"{ROOT}/composite/sobjects/Contact?ids={{contact}}&fields={{F}}"),
    "create with it": Route("POST", f"{ROOT}/sobjects/Contact", {"LastName": "x", "{F}": "new{s}"}),
    "update of it": Route("PATCH", f"{ROOT}/sobjects/Contact/{{contact}}", {"{F}": "new{s}"}),
}
