"""Ways to an answer: invitations, fatigue, reach, and how good the answers are."""
