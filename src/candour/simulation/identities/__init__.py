"""Made-up people of Northshire as three systems write them, with the truth of who is who: what record linkage is measured on."""
