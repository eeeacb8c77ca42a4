"""`python -m app.install`: the installer's command line."""

import sys

from app.wells.oracle.install import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
