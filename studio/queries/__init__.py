"""The read side: reusable SELECTs. Functions take a session and return typed rows."""
