"""The people who use the service: their force and units, their roles, how they sign in, and what each of them may see."""
