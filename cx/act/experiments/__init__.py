"""Experiments: two or more ways of asking or serving, given out by chance, judged with the error rate kept."""
