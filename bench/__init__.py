"""Benchmarks beside their peers: `python -m bench` (or `make bench`) writes bench/results.md and bench/results.json.

Every contender runs as a process of its own on the same files, in turns with the others, so that a busy moment of the
machine hits all of them alike. Nothing here asserts a time: the tables say what was measured, goals stand beside.

    python -m bench --sizes 100k,1m --only compare
"""
