"""The archive of business: what is filed, kept, lent, handed over and in the end destroyed. One module per noun."""
