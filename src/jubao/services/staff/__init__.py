"""Officers: accounts, posts granted, log-in, phones."""
