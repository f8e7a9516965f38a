"""
Starts one program and says on a descriptor of its own what it took: ``python launch.py DESCRIPTOR PROGRAM ARGUMENTS…``.

It is small, since Linux counts the memory of the forking process in: less than this process holds cannot be seen.
"""

import json
import os
import sys
import time

figures = int(sys.argv[1])
started = time.perf_counter()
process = os.posix_spawn(sys.argv[2], sys.argv[2:], os.environ, file_actions=[(os.POSIX_SPAWN_CLOSE, figures)])
_, status, usage = os.wait4(process, 0)
taken = {
    "seconds": time.perf_counter() - started,
    "cpu_seconds": usage.ru_utime + usage.ru_stime,
    "peak_mib": usage.ru_maxrss / 1024,
}
os.write(figures, json.dumps(taken).encode())
sys.exit(os.waitstatus_to_exitcode(status))
