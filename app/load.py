"""`python -m app.load`: the old spelling of `python -m app load`."""

import sys

from app.__main__ import load

if __name__ == "__main__":
    sys.exit(load(sys.argv[1:], "python -m app.load"))
