"""People at the portal: log-in, codes, what they agree to and report."""
