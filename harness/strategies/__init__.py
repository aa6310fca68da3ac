"""What a contestant does with its generations and submissions; never sees a grade."""
