"""When things run: the jobs of the worker, their locks and their timetable."""
