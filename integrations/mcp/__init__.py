"""The read-only tools as an MCP server on standard input and output: nothing is stored, nothing is sent anywhere."""
