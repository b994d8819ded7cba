"""Tags and filters of the pages: texts, amounts, months, masked data, icons."""
