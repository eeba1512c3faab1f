"""The database: schema, journal, writer, facts, and the one door for analytic reads."""
