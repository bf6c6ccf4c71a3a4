"""The author's stories: read, and run on the machine with a clock of their own."""
