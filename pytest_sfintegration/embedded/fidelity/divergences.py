"""Where the embedded org is known to differ from a real one without refusing."""

from dataclasses import dataclass

__all__ = ["DIVERGENCES", "Divergence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """What differs, and which way it could mislead: ``code`` is the function where it lies."""

    what: str
    effect: str
    code: str


DIVERGENCES = (
    Divergence(
        what=(
            "Elements of objects and fields that the loader does not know are passed over, and so are files "
            "of types that it does not read: settings but those of territories, delegated administration, "
            "account relationship sharing, sharing reasons"
        ),
        effect="what a new element of the platform does to access is missing here, and not told",
        code="sfdx.drafts.Drafts.read_object",
    ),
    Divergence(
        what=(
            "Triggers, flows, workflow, approval, assignment and escalation rules do not run, and nobody's "
            "default team is added to new records: that is a personal setting, which no source tells"
        ),
        effect="a real org may change the owner, share the record or refuse the write",
        code="embedded.write.dml.Dml.insert",
    ),
    Divergence(
        what=(
            "Duplicate rules, lookup filters, dependent picklists and picklists by record type are "
            "not applied"
        ),
        effect="a write may pass here that a real org refuses",
        code="embedded.values.coerce",
    ),
    Divergence(
        what=(
            "Formula and roll-up fields of your own, and what the platform sums up or takes over from "
            "other records (Campaign.NumberOfLeads, Case.ContactEmail, "
            "Opportunity.HasOpportunityLineItem), read as null, a checkbox as false; a query that "
            "filters, orders or counts by one is refused, and so is a sharing rule or restriction rule "
            "on one"
        ),
        effect="the right to read the field is judged, its value is not",
        code="embedded.rest.query_guard.refuse_unknown",
    ),
    Divergence(
        what=(
            "In a whole record, what follows from a stage or status that no value set tells reads as null; "
            "asked for by name, and in queries and rules, it is refused"
        ),
        effect="a real org knows what its own stages and statuses mean: add the value sets to the source",
        code="embedded.rest.records.record_body",
    ),
    Divergence(
        what="The Marketing User flag is set for every user whose entry does not say otherwise",
        effect="a real org refuses to create campaigns without it, whatever the object permissions say",
        code="embedded.view.UserView._make",
    ),
    Divergence(
        what=(
            "Of what licences allow, two things are known: Salesforce Integration grants no object "
            "permission without its permission set licence, and a permission set asks for its own licence; "
            "for users that the org is built with, the licence of a built-in profile is not counted"
        ),
        effect="rights may be held here that cannot be assigned in a real org",
        code="embedded.people.People._check_licenses",
    ),
    Divergence(
        what=(
            "A bulk job on an object that may not be written is taken, and every record is refused as REST "
            "would refuse it"
        ),
        effect="a real org may refuse the whole job; match on no record being written",
        code="embedded.bulk.ingest_job.run",
    ),
    Divergence(
        what=(
            "Task, Event, files, notes, reports and the other objects listed as not modelled are "
            "missing from global describe and EntityDefinition; asking for one by name is refused"
        ),
        effect="a list of all objects is shorter than a real org's",
        code="embedded.view.UserView.visible",
    ),
    Divergence(
        what=(
            "Org-wide defaults that the source does not declare are those of a new org; a custom object "
            "without sharingModel is Public Read/Write"
        ),
        effect=(
            "a real org that changed them in Setup gives more or less access; retrieve the objects' metadata"
        ),
        code="embedded.sharing.defaults.scheme",
    ),
    Divergence(
        what="Access by hierarchies is on for every custom object",
        effect="where it was switched off in Setup, a real org gives less",
        code="embedded.sharing.audience.Audience.superiors",
    ),
    Divergence(
        what=(
            "Sharing sets give no access of their own; an external user whose access could hang on sharing "
            "sets is refused"
        ),
        effect="external users have more access in a real org",
        code="embedded.sharing.grants.RecordGrants.doubts",
    ),
    Divergence(
        what=(
            "Which territory model is active stands in no source: it is the one that sharing rules name, or "
            "the only one, or that of the users' territories, unless the users file tells it"
        ),
        effect="territories of a model that is still planned may give access here",
        code="embedded.tables.territory_ids.TerritoryIds._of_users",
    ),
    Divergence(
        what=(
            "Assignment rules of a territory are applied to an account as it stands, and those that are "
            "inherited are refused where they could decide; leads in territories, exclusions of accounts and "
            "the filter that gives opportunities a territory are not modelled"
        ),
        effect="assign accounts by ObjectTerritory2Association, and opportunities by Territory2Id",
        code="embedded.sharing.territories.assignments",
    ),
    Divergence(
        what=(
            "What public groups hold beside users stands in no source: groups and roles within groups are "
            "known only where the users file tells them; a matrix names all groups of its user"
        ),
        effect="a rule that shares with a group whose members are not told reaches fewer users",
        code="embedded.tables.org_rows.group_members",
    ),
    Divergence(
        what="Encrypted text is read in clear, View Encrypted Data or not",
        effect="a real org masks it",
        code="embedded.rest.records.record_body",
    ),
    Divergence(
        what="Every API user reads all users, record types and the row of Organization",
        effect="a real org may hide users from one another",
        code="embedded.view.UserView._setup_permission",
    ),
    Divergence(
        what=(
            "Login hours, session settings, multi-factor authentication and API Access Control are "
            "not applied; login IP ranges are, at login only"
        ),
        effect="a login may pass here that a real org refuses",
        code="embedded.login.gatekeeper.ip_allowed",
    ),
    Divergence(
        what="Whoever may create or transfer a record may give it to any active user, whether that "
        "user may read the object or not",
        effect="a real org may refuse the new owner",
        code="embedded.write.references.References._check_setup",
    ),
    Divergence(
        what="The connected app of Salesforce CLI is always installed and asks for no approval",
        effect="a real org may block it",
        code="embedded.login.oauth.OAuth._find",
    ),
    Divergence(
        what="Outside of queries, of records and of writes, parameters of a URL are not looked at",
        effect="what they would change is answered as if they were not given",
        code="embedded.rest.sobjects._by_external_id",
    ),
    Divergence(
        what="The session's user is in en_US, GMT and US dollars; the fiscal year starts in January",
        effect="date literals, labels and formatted values may differ",
        code="embedded.soql.dates.span",
    ),
    Divergence(
        what=(
            "Apex classes do not run: a request that class access allows is answered 501, one that "
            "it denies 403"
        ),
        effect="whether access is denied can be told, what the class answers cannot",
        code="embedded.org.EmbeddedOrg._apex_rest",
    ),
    Divergence(
        what=(
            "INSUFFICIENT_ACCESS_OR_READONLY is 403 unless the org is built to say 400: both were "
            "seen in real orgs"
        ),
        effect="match on the code, never on the status",
        code="embedded.write.dml.Dml._insufficient_access",
    ),
    Divergence(
        what="Limits other than the number of API calls stand still, and few of them are told",
        effect="what is left of a limit cannot be told, but for the calls",
        code="embedded.rest.limits._limits",
    ),
    Divergence(
        what=(
            "Request headers that steer a write (Sforce-Auto-Assign, Sforce-Duplicate-Rule-Header, "
            "Sforce-Call-Options) have no effect"
        ),
        effect="assignment and duplicate rules do not run either way",
        code="embedded.rest.call.Call.json",
    ),
)
"""Known divergences, what could mislead a verdict first."""
