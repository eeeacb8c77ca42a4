"""What only a real Oracle can tell: `make oracle-truth` runs it and writes down what it says.

The account is one for tests, whose schema is emptied: `ODM_TEST_ORACLE_USER` (with TEST in it),
`ODM_TEST_ORACLE_PASSWORD` and `ODM_TEST_ORACLE_DSN`.
"""

import os

import pytest

from tests.plsql.engines.oracle import NEEDED

needs_oracle = pytest.mark.skipif(
    not all(os.environ.get(name) for name in NEEDED),
    reason=f"no real Oracle: {', '.join(NEEDED)}",
)
