"""`python -m app.load`: the loader's command line."""

import sys

from app.wells.load.command import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
