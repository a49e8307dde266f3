"""Tests of the rewriting engine, and the records of the real Sendmail they compare with."""
