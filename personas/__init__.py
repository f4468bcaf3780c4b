"""Who is calling: persona files, what may stand in them, and the callers that ship."""
