"""Roof: settings, urls, command line. Composes, decides nothing."""
