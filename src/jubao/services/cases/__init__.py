"""Cases: the one way business data change; their kinds, checks, deadlines and records."""
