"""`python -m app.install`: the old spelling of `python -m app install`."""

import sys

from app.__main__ import install

if __name__ == "__main__":
    sys.exit(install(sys.argv[1:], "python -m app.install"))
