"""Personal accounts: the ledger's postings, interest, statements, corrections, opening balances."""
