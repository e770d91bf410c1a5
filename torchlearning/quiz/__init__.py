"""Questions that answer back in the page."""

from torchlearning.quiz.quiz import Quiz as Quiz
