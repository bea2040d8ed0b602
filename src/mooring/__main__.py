"""`python -m mooring` is `mooring`."""

import sys

from mooring.command import main

sys.exit(main())
