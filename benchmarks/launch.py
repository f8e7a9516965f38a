"""
Starts one program and says on standard error's neighbour, descriptor 3, what it took.

It is small, since Linux counts the memory of the forking process in: less than this process holds cannot be seen.
"""

import json
import os
import sys
import time

started = time.perf_counter()
process = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_CLOSE, 3)])
_, status, usage = os.wait4(process, 0)
taken = {
    "seconds": time.perf_counter() - started,
    "cpu_seconds": usage.ru_utime + usage.ru_stime,
    "peak_mib": usage.ru_maxrss / 1024,
}
os.write(3, json.dumps(taken).encode())
sys.exit(os.waitstatus_to_exitcode(status))
