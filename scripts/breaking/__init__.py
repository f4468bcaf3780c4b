"""Files that are broken on purpose: what people spoil by hand, and what nobody would write."""
