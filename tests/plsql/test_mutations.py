"""The list of breaks that mutations.py tries; trying them takes minutes and is a run of its own."""

import pytest

from tests.plsql.mutations import NOTICED, ONLY_ORACLE, Mutation
from tests.plsql.scripts import SCRIPTS


@pytest.mark.parametrize("mutation", [*NOTICED, *ONLY_ORACLE], ids=lambda each: each.title)
def test_mutation_still_changes_something(mutation: Mutation) -> None:
    """The text that is broken is still in the file, so that the break is one."""
    text = (SCRIPTS / mutation.file).read_text(encoding="utf-8")
    assert mutation.old in text
    assert mutation.old != mutation.new


def test_there_are_enough_of_them() -> None:
    """Each has a title of its own, and the engines and rules must notice a hundred or more."""
    titles = [mutation.title for mutation in [*NOTICED, *ONLY_ORACLE]]
    assert len(set(titles)) == len(titles)
    assert len(NOTICED) >= 100
