"""Every error the product raises on purpose, under one root."""

from __future__ import annotations


class StockoutError(Exception):
    """Root of all errors that a user of the product can cause or must know of."""


class ScenarioError(StockoutError):
    """A scenario cannot be used as written."""


class TapeError(StockoutError):
    """Chance was asked for something that is not on the tape."""


class AuditError(StockoutError):
    """A ledger breaks a law of the model: a bug in the model, never the user's fault."""


class ResultError(StockoutError):
    """Results were asked for something they do not hold."""
