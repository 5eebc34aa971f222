"""What DuckDB alone takes to read the columns that the standards need and to sort them by case and time."""
