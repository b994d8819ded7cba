"""The face for people on the phone (390 px): one thing per page, large type, every step on the server."""
