"""The cyclic garbage collector rests while a matrix is at work, and tests of others see no difference."""

import gc
from collections.abc import Iterator

import pytest
from plugin_suite import Suite

from pytest_sfintegration.sfdx.garbage import immortal, uncollected


@pytest.fixture(autouse=True)
def _thawed() -> Iterator[None]:
    yield
    gc.unfreeze()
    gc.enable()


def test_pauses_nest_and_end_as_they_began() -> None:
    with uncollected():
        with uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
    gc.disable()
    with uncollected():
        pass
    assert not gc.isenabled()


def test_pause_ends_with_an_error() -> None:
    with pytest.raises(ValueError, match="stop"), immortal():
        raise ValueError("stop")
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0


def test_session_of_rows_alone_is_kept_from_the_collector(suite: Suite) -> None:
    suite.run().assert_outcomes(passed=6)
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0


def test_next_session_lets_the_former_go(suite: Suite) -> None:
    suite.run()
    kept = gc.get_freeze_count()
    suite.with_tests("def test_else(): pass").run().assert_outcomes(passed=7)
    assert kept > gc.get_freeze_count() == 0


def test_other_tests_see_their_garbage_collected(suite: Suite) -> None:
    suite.with_tests(
        """
        import gc
        import weakref

        import pytest

        class Node:
            pass

        @pytest.fixture(scope="session")
        def nodes():
            node = Node()
            node.self = node
            return [node]

        def test_before(nodes):
            assert nodes

        @pytest.mark.sf_crud
        def test_row(sf_case):
            pass

        def test_after(nodes):
            gone = weakref.ref(nodes.pop())
            gc.collect()
            assert gone() is None
        """
    ).run("test_acme.py", "acme.matrix.yaml").assert_outcomes(passed=10)


def test_autouse_fixtures_hold_for_rows_and_may_ask_for_the_request(suite: Suite) -> None:
    suite.with_file(
        "conftest.py",
        """
        import pytest

        @pytest.fixture(autouse=True)
        def each(request):
            print("around", request.node.name, request.function.__name__)
        """,
    ).run("-s").stdout.fnmatch_lines(["*around Acme[[]Account-crud] *"])
