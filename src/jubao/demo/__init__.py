"""Synthetic districts with known truth: rosters, department feeds, pensions, screening lists, accounts.

Everything is made up. Numbers carry county codes that were never assigned (5099xx, 1599xx, 3699xx, 4499xx), so that no
made-up person can be a real one. Person *k* is a pure function of (seed, k): any slice can be computed anywhere, and
equal seeds give equal bytes. Beside the files lies the truth, worked out from how the rows were made and never by
calling the engine that it is there to check.

    jubao demo --files demo-data --people 20000 --seed 7 --region 500110
"""
