# expect: stderr-full
"""A string that runs into the end of its line."""
good = 'closed'
bad = 'it's not closed
print(good, bad)
