"""Spreadsheets and files that leave: filled, checked, split, exported."""
