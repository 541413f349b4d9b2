"""What `flask doctor` finds."""
