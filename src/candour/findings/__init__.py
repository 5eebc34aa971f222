"""How what happened compares with what should have happened: outcomes, findings, their proof and the measures made of them."""
