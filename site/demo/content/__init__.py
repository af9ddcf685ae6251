"""Demo content as data: French texts written for this project, nobody real. No Django model is imported here."""
