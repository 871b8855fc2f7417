"""``python -m pytest_sfintegration.cli``, for where the command is not on the path."""

import sys

from pytest_sfintegration.cli.main import main

sys.exit(main())
