"""Measures Candour's speed against the limit of the machine, pandas and pm4py, and says which bars are met."""
