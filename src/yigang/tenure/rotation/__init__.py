"""Who moves to which village: a pure module that proposes, without the database."""
