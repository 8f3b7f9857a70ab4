"""The conversation with the client: bytes, messages, and this process among others."""
