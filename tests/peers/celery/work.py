# SPDX-License-Identifier: EUPL-1.2
"""The Celery peer of `./dev bench pipeline`: acks late, quorum queues, confirmed publishing.

A task dedupes by an inbox row, updates one application in the same transaction, and publishes one follow-up.
The broker is AMQP_URL, the database that of PGHOST, PGUSER and PGDATABASE.
"""
import os

import psycopg2
from celery import Celery

app = Celery("work", broker=os.environ["AMQP_URL"])
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_default_queue="celery_in",
    task_default_queue_type="quorum",
    task_create_missing_queue_type="quorum",
    broker_transport_options={"confirm_publish": True},
    worker_prefetch_multiplier=64,
)

connection = None


def database():
    global connection
    if connection is None:
        connection = psycopg2.connect("")
    return connection


@app.task(name="followup")
def followup(message, application, pad):
    pass


@app.task(name="handle")
def handle(message, application, pad):
    with database() as transaction, transaction.cursor() as cursor:
        cursor.execute("insert into inbox(message_id) values (%s) on conflict do nothing", (message,))
        if cursor.rowcount:
            cursor.execute(
                "update application set version = version + 1, status = 'checked' where id = %s", (application,)
            )
    followup.apply_async((message, application, pad), queue="celery_out")
