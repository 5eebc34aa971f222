"""What can happen in the made-up force, one file a sort of case: each story notes what was done, when there was someone to do it."""
