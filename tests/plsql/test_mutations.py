"""The list of breaks that mutations.py tries; trying them takes minutes and is a run of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.plsql.mutations import NOTICED, ONLY_ORACLE, Mutation
from tests.plsql.noticing import read_record
from tests.plsql.scripts import REPOSITORY, shipped


@pytest.mark.parametrize("mutation", [*NOTICED, *ONLY_ORACLE], ids=lambda each: each.title)
def test_mutation_still_changes_something(mutation: Mutation) -> None:
    """The text that is broken is still in the file, so that the break is one."""
    text = shipped(mutation.file).read_text(encoding="utf-8")
    assert mutation.old in text
    assert mutation.old != mutation.new


def test_there_are_enough_of_them() -> None:
    """Each has a title of its own, and the engines and rules must notice a hundred or more."""
    titles = [mutation.title for mutation in [*NOTICED, *ONLY_ORACLE]]
    assert len(set(titles)) == len(titles)
    assert len(NOTICED) >= 100


SAYING = """
import pytest
from tests.plsql.engines import StatementRefused

@pytest.fixture
def engine():
    raise {error}

def test_first(engine): ...

def test_second():
    assert 1 + 1 == 3
"""
ASKING = """
import sys
from tests.plsql.noticing import Verdict, ask
verdict = Verdict()
ask(verdict, "somebody", "--confcutdir=" + sys.argv[1], sys.argv[1] + "/test_saying.py")
print("TOLD", [test for test, _ in verdict.noticed.values()], len(verdict.troubles))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("error", "told"),
    [
        ('StatementRefused("PLS-00103")', "::test_first'] 0"),
        ('OSError("no space left")', "::test_second'] 1"),
        ('TimeoutError("no answer")', "::test_second'] 1"),
    ],
)
def test_trouble_notices_nothing(tmp_path: Path, error: str, told: str) -> None:
    """A refused statement and a failed assertion notice a break; what else goes wrong does not."""
    (tmp_path / "test_saying.py").write_text(SAYING.format(error=error), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", ASKING, str(tmp_path)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("TOLD")]
    assert line.endswith(told)


def test_record_is_of_these_breaks() -> None:
    """What the last whole run has noted are tests that there are, for breaks that there are."""
    digest, tests = read_record()
    assert len(digest) == 64
    assert set(tests) <= {mutation.title for mutation in NOTICED}
    for test in tests.values():
        file, _, name = test.partition("::")
        function = name.partition("[")[0]
        assert f"def {function}(" in (REPOSITORY / file).read_text(encoding="utf-8")
