"""Options: one table for the command line, the environment and the ini file."""

import pytest
from plugin_suite import Suite

from pytest_sfintegration.options import OPTIONS


def test_command_line_beats_environment_beats_ini(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    suite = suite.with_file("pytest.ini", "[pytest]\nsf_granularity = cell\nsf_evidence = described\n")
    result = suite.run("--collect-only", "-q")
    result.stdout.fnmatch_lines(["*Acme[[]Account-create[]]"])

    monkeypatch.setenv("SF_GRANULARITY", "row")
    result = suite.run("--collect-only", "-q")
    result.stdout.fnmatch_lines(["*Acme[[]Account-crud[]]"])

    result = suite.run("--collect-only", "-q", "--sf-granularity=cell")
    result.stdout.fnmatch_lines(["*Acme[[]Account-create[]]"])


def test_header_says_where_each_setting_came_from(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SF_EVIDENCE", "described")
    suite = suite.with_file("pytest.ini", "[pytest]\nsf_max_calls = 99\n")
    result = suite.run("--sf-org=embedded")
    result.stdout.fnmatch_lines(
        [
            (
                "sfintegration: org=embedded (from --sf-org), evidence=described (from SF_EVIDENCE), "
                "max_calls=99 (from ini sf_max_calls)"
            )
        ]
    )


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("--sf-granularity=line", "ERROR: --sf-granularity: 'line' is none of row, cell: choose one of them"),
        ("--sf-evidence=hearsay", "*'hearsay' is none of auto, configured, described, enforced*"),
        ("--sf-max-calls=none", "*'none' is no whole number of 1 or more*"),
        ("--sf-max-calls=0", "*'0' is no whole number of 1 or more*"),
    ],
)
def test_impossible_value_is_a_usage_error(suite: Suite, argument: str, message: str) -> None:
    result = suite.run(argument)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])


def test_every_option_stands_in_help_with_its_variable(suite: Suite) -> None:
    result = suite.run("--help")
    text = result.stdout.str()
    for one in OPTIONS:
        assert one.flag in text
        assert one.ini in text


def test_missing_source_names_the_remedy(suite: Suite) -> None:
    result = suite.without("sfdx-project.json").run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*name it with --sf-source*"])


def test_unknown_org_is_refused_not_skipped(suite: Suite) -> None:
    result = suite.run("--sf-org=sandbox")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--sf-org=sandbox*--sf-org=embedded*"])


def test_source_that_is_not_there_is_told_without_frames(suite: Suite) -> None:
    result = suite.run("--sf-source=nowhere")
    result.stdout.fnmatch_lines(["*nowhere: there is no such folder. Name the folder that holds*"])
    result.stdout.no_fnmatch_line("*pytest_sfintegration*")


def test_run_that_finds_no_matrix_says_what_it_looked_for(suite: Suite) -> None:
    without = suite.without("acme.matrix.yaml")
    told = "sfintegration: no [*].matrix.yaml and no test with one of its markers in *"
    without.run("--sf-org=embedded").stdout.fnmatch_lines([told])
    without.run().stdout.no_fnmatch_line(told)
