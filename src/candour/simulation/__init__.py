"""A made-up force, Northshire: people, children and cases that never were, with exports to import and the truth to hold findings against."""
