"""Reading prompts: questions that only a person can answer, with the passage that raised them. Never an outcome, never a grade."""
