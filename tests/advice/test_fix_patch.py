"""The patch that ``fix`` prints: git applies it, and the matrix is true after it."""

import contextlib
import shutil
import subprocess
from io import StringIO
from pathlib import Path

import pytest

from pytest_sfintegration.advice.diff import diff, folder_of
from pytest_sfintegration.cli.main import main

HUBSPOT = Path(__file__).resolve().parents[2] / "sample_suites" / "hubspot"
SETS = "force-app/main/default/permissionsets"
SYNC = f"{SETS}/HubSpot_Contact_Sync.permissionset-meta.xml"
DEAL = f"{SETS}/HubSpot_Deal_Sync.permissionset-meta.xml"


def git(folder: Path, *arguments: str, patch: str | None = None) -> str:
    ran = subprocess.run(  # noqa: S603
        [shutil.which("git") or "git", *arguments],
        cwd=folder,
        input=None if patch is None else patch.encode(),
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr.decode()
    return ran.stdout.decode()


def fix(folder: Path, *arguments: str) -> tuple[int, str]:
    told = StringIO()
    with contextlib.chdir(folder), contextlib.redirect_stdout(told):
        status = main(["fix", *arguments])
    return status, told.getvalue()


def changed(path: Path, old: str, new: str, *, ends: str = "\n") -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline=ends)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a git repository with the project in a folder of it, and one right too many and too few.

    One of the two files has the line ends of Windows.
    """
    project = tmp_path / "repo" / "crm sync"
    shutil.copytree(HUBSPOT, project)
    git(tmp_path / "repo", "init", "-q")
    changed(project / DEAL, "<allowCreate>true", "<allowCreate>false", ends="\r\n")
    changed(project / SYNC, "<field>Contact.Email</field>", "<field>Contact.Fax</field>")
    git(tmp_path / "repo", "add", "-A")
    return tmp_path / "repo"


@pytest.mark.parametrize("place", ["crm sync/force-app/main", "."])
def test_git_applies_the_patch_and_the_matrix_is_true_after_it(repository: Path, place: str) -> None:
    here = repository / place
    matrix = str(repository / "crm sync" / "hubspot.matrix.yaml")
    status, patch = fix(here, matrix)
    assert status == 0, patch
    assert "apply it there" not in patch
    git(here, "apply", patch=patch)
    touched = git(repository, "diff", "--name-only").replace('"', "").splitlines()
    assert touched == [f"crm sync/{SYNC}", f"crm sync/{DEAL}"]
    assert fix(here, matrix) == (0, "nothing to change: every right is as the matrix declares\n")


def test_patch_of_files_elsewhere_says_where_to_apply_it(repository: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    status, patch = fix(elsewhere, str(repository / "crm sync" / "hubspot.matrix.yaml"))
    assert status == 0, patch
    assert f"the paths of the patch are those from {repository.resolve()}: apply it there\n" in patch
    git(repository, "apply", patch=patch)


def test_written_change_keeps_the_line_ends(repository: Path) -> None:
    assert fix(repository / "crm sync", "hubspot.matrix.yaml", "--write")[0] == 0
    text = (repository / "crm sync" / DEAL).read_bytes()
    assert b"\r\n" in text
    assert text.count(b"\n") == text.count(b"\r\n")
    assert b"\r" not in (repository / "crm sync" / SYNC).read_bytes()


@pytest.mark.parametrize(
    ("before", "after"),
    [("a\nb", "a\nc"), ("a\nb", "a\nb\n"), ("a\u2028b\nc\n", "a\u2028b\nd\n"), ("a\r\nb\r\n", "a\r\nc\r\n")],
    ids=["no line end", "a line end comes", "a character that is no line end", "CRLF"],
)
def test_git_reads_every_text_as_it_is(tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "some file.xml"
    path.write_text(before, encoding="utf-8", newline="")
    folder = folder_of([path], tmp_path)
    git(tmp_path, "apply", patch=diff({path: (before, after)}, folder))
    assert path.read_bytes() == after.encode()


def test_folder_without_a_repository_is_that_of_all_the_files(tmp_path: Path) -> None:
    paths = [tmp_path / "a" / "b" / "x.xml", tmp_path / "a" / "c" / "y.xml"]
    assert folder_of(paths, tmp_path) == tmp_path.resolve()
    assert folder_of(paths, tmp_path / "a" / "b") == (tmp_path / "a").resolve()
