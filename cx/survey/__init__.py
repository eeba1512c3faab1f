"""Surveys: definition, question types, expressions, flow. Pure functions over frozen values."""
