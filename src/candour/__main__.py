"""Runs the program as `python -m candour`."""

from candour.cli.main import main

main()
