"""Certification: recorded, and the comparisons and feeds it rests on."""
