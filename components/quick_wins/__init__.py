"""Quick wins on screen: board, form, one win, its charter to sign, its proof, its story."""
