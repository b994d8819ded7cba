"""The Django project: settings, addresses, the door for gunicorn. Everything it serves lives on the floors below.

Worked example: `jubao serve` starts the embedded PostgreSQL, migrates, and hands `jubao.site.wsgi:application` to gunicorn.
"""
