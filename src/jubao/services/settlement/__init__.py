"""Settling the account of somebody who leaves the scheme: notice, balance, grant, clearing, form and papers."""
