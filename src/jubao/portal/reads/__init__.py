"""Queries for the pages of the portal: one's own records only."""
