"""The contenders beside ours: the floor (what the machine must do at least), pandas, plain Python. One process each."""
