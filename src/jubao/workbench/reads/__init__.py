"""Queries of pages that no other floor needs: what a page shows, read in the officer's scope, never written."""
