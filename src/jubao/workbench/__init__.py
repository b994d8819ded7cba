"""Pages for clerks: parse, call one service, render.

Worked example: `/workbench/people/` finds a person by initials.
"""
