"""Work over a whole district: progress, resume, once per job, district and month.

Worked example: `jubao month run --district 500110 --month 2026-11` run twice changes nothing the second time.
"""
