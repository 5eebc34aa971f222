"""Links the records of one person, or one place, across sources that share no key, and says why for every pair."""
