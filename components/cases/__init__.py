"""Cases on screen: the list, one case, what is hot now."""

from components.cases.opening import opened

__all__ = ["opened"]
