"""What was true of every occasion in the made-up force, and what nobody can tell because the exports do not show it."""
