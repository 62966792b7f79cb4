"""``python -m pixellab``: the command line."""

import sys

from pixellab.cli import main

if __name__ == "__main__":
    sys.exit(main())
