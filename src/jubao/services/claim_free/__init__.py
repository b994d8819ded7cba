"""免申即享: the month's list, notice, confirmation, handling, review, statistics, programme."""
