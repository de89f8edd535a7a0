"""What a visitor takes home: files of numbers with their units, and the page as one file without a script."""
