"""One view per page: parse, call one service or read, render."""
