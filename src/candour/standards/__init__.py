"""What should have happened: the language of practice standards, and the parsed standard that everything else reads."""
