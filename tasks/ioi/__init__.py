"""The International Olympiad in Informatics."""
