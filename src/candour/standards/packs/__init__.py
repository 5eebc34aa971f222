"""Packs: a set of standards as one signed file that another force can check, compare with its own, and install."""
