"""Figures for those who lead: charts with their tables, the bulletin, and a view for a wall."""
