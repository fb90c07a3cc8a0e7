# SPDX-License-Identifier: EUPL-1.2
"""fill.py MESSAGES: puts tasks on the queue of `work.py`."""
import os
import sys
import uuid

from work import app, handle

pad = "x" * int(os.environ.get("PAD", "520"))
with app.producer_pool.acquire(block=True) as producer:
    for number in range(int(sys.argv[1])):
        handle.apply_async((str(uuid.uuid4()), number * 7919 % 50000, pad), producer=producer)
