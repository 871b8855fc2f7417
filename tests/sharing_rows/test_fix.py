"""What ``sfintegration fix`` says of records: sharing is not mended by a change of a permission set."""

import pytest
from sharing_suite import SharingSuite

from pytest_sfintegration.cli.main import main

RECORD = "Account:\n  - {name: theirs, owner: {role: Support}, access: %s}\n"


def fix(suite: SharingSuite, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    suite.run("--collect-only")
    capsys.readouterr()
    status = main(["fix", str(suite.pytester.path / "acme.matrix.yaml")])
    return status, capsys.readouterr().out


def test_a_record_that_a_taken_permission_hides_again_is_not_called_unmended(
    suite: SharingSuite, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = suite.having(
        rights={"Account": "CREV"},
        objects="Account: {access: CRE, fields: {edit: [Phone]}}",
        records=RECORD % "none",
    )
    status, text = fix(suite, capsys)
    assert status == 0, text
    assert "every right is as declared" in text
    assert "no change" not in text


def test_a_record_that_no_permission_opens_is_left_by_name(
    suite: SharingSuite, capsys: pytest.CaptureFixture[str]
) -> None:
    suite = suite.having(objects="Account: {access: CRE, fields: {edit: [Phone]}}", records=RECORD % "read")
    status, text = fix(suite, capsys)
    assert status == 1
    line = 'no change of a container mends this: Account-record-theirs: missing read Account "theirs"'
    assert line in text
    assert "1 rows are still wrong" in text
