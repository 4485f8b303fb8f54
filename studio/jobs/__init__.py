"""The second front door: the clock. Each job takes due work, claims it, calls one operation, commits and logs."""
