"""A part of the catalogue's standards as a good analyst writes them in pandas."""
