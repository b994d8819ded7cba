"""Sabotage, crash points, races: what must hold when somebody cheats or something dies."""
