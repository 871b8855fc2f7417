"""The project that the tests of the plugin start from."""

import importlib
import os
import pkgutil

import pytest
import simple_salesforce  # noqa: F401 - see below
import yaml  # noqa: F401 - see below
from plugin_suite import BASE, MATRIX, PROFILE, SYNC, Suite, custom_field

import pytest_sfintegration

# A run of pytester takes back what it imported: C extensions do not bear a second import in one process, so
# they are imported before the first run; and what is imported once costs the runs nothing.
for _module in pkgutil.walk_packages(pytest_sfintegration.__path__, "pytest_sfintegration."):
    if not _module.name.endswith("__main__") and ".data." not in _module.name:
        importlib.import_module(_module.name)


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Suite:
    """A small project whose matrix holds; pytest prints otherwise where CI is set."""
    for name in [name for name in os.environ if name.startswith("SF_") or name in {"CI", "BUILD_NUMBER"}]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("NO_COLOR", "1")
    return Suite(
        pytester=pytester,
        files={
            "sfdx-project.json": '{"packageDirectories": [{"path": "force-app", "default": true}]}',
            f"{BASE}/profiles/Integration.profile-meta.xml": PROFILE,
            f"{BASE}/permissionsets/Sync.permissionset-meta.xml": SYNC,
            f"{BASE}/objects/Contact/fields/SSN__c.field-meta.xml": custom_field("SSN__c"),
            "acme.matrix.yaml": MATRIX,
        },
    )
