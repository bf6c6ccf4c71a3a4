"""The process that carries messages: the edge for our own systems, the door for other nodes. asyncio, one process."""
