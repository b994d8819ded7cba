"""Who may see what, and what is written down when somebody looks."""
