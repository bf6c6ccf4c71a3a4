"""The desk, the hall and the tellers' table, by pages that need no script; members' acts also as JSON."""
