"""What an editor is told while a definition is being written: the language server, over standard input and output."""
