"""The service's part of the program `candour`, which joins it through the entry points of pyproject.toml."""
