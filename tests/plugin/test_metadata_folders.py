"""pytest passes over folders of metadata, and over nothing else."""

import pytest

META = "force-app/main/default/objects/Thing__c"


@pytest.mark.parametrize("extra", ["", "test_inside.py"])
def test_a_test_among_metadata_is_still_found(pytester: pytest.Pytester, extra: str) -> None:
    folder = pytester.path / META
    folder.mkdir(parents=True)
    (folder / "Thing__c.object-meta.xml").write_text("<CustomObject/>")
    if extra:
        (folder / extra).write_text("def test_one():\n    pass\n")
    (pytester.path / "test_outside.py").write_text("def test_two():\n    pass\n")
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=2 if extra else 1)


def test_a_link_out_of_the_metadata_is_followed(pytester: pytest.Pytester) -> None:
    elsewhere = pytester.path / "elsewhere" / "tests"
    elsewhere.mkdir(parents=True)
    (elsewhere / "test_linked.py").write_text("def test_one():\n    pass\n")
    folder = pytester.path / "project" / "objects"
    folder.mkdir(parents=True)
    (folder / "tests").symlink_to(elsewhere, target_is_directory=True)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "project")
    result.assert_outcomes(passed=1)


def test_a_folder_of_nothing_but_metadata_is_not_looked_through(pytester: pytest.Pytester) -> None:
    folder = pytester.path / META
    folder.mkdir(parents=True)
    (folder / "Thing__c.object-meta.xml").write_text("<CustomObject/>")
    pytester.makeconftest(
        """
        def pytest_collect_file(file_path):
            print("looked at", file_path.name)
        """
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "-s")
    result.stdout.no_fnmatch_line("*looked at Thing__c*")
