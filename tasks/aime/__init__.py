"""The American Invitational Mathematics Examination: two papers a year, answers 0 to 999."""
