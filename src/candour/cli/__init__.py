"""The command line: `candour`."""
