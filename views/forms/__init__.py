"""Forms check shape and speak to people; they return frozen inputs and never touch a record."""
