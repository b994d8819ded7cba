"""The command line: parse, call one function of the floors below, print, exit. Imports no Django."""
