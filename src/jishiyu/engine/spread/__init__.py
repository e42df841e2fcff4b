"""The same decisions over partitions on a Spark cluster: one text of the rules, cut by person.

Imported only where `--engine spark` is asked for: PySpark is an optional extra.
"""
