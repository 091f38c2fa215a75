"""Runs the command line: ``python -m resforge``."""

from resforge.cli import main

if __name__ == "__main__":
    main()
