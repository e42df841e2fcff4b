"""What several apps do with tables of PostgreSQL: frames in and out by COPY, partitions by year, the planner kept up to date."""
