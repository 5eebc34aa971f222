"""The standards that pm4py's temporal profile can say, run in pm4py."""
