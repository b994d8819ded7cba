"""Views of the portal: parse, call one service, render."""
