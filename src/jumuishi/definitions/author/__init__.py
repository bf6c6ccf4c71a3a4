"""What an author is shown of a package: its faults in place, its map, its schema, a standard's picture of it."""
