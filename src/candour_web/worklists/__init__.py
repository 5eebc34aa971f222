"""What needs a person today, in the order in which it should be done."""
