"""What was said, and how well: the reader, the matcher, the scores and the debrief."""
