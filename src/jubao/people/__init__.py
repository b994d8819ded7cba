"""Persons, enrolments, places and what is true of them for a time.

Worked example: `people.numbers.person_by_number("509900196612010028")` is the one way from a number to a person.
"""
