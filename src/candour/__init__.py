"""Candour: how well a police force protects children, from the records it already keeps."""
