"""Figures that say how sure they are: intervals, time to an event with open cases counted, control charts, agreement.

This package stands alone: it imports nothing else of Candour and nothing outside the standard library.
"""
