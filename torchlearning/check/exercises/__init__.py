"""One module for each exercise: what its check states, known mistakes, what to notice."""
