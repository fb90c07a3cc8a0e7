// SPDX-License-Identifier: EUPL-1.2
// The Node peer of `./dev bench pipeline`: amqplib and pg by hand, prefetch 100, ten connections, quorum queues, confirmed
// publishing. `node work.js fill MESSAGES`, `node work.js work MESSAGES`. The broker is AMQP_URL, the database that of PGHOST,
// PGUSER and PGDATABASE.
const amqp = require('amqplib'), { Pool } = require('pg'), { randomUUID } = require('crypto');

async function fill(channel, messages) {
  const pad = 'x'.repeat(+(process.env.PAD || 520));
  for (let number = 0; number < messages; number++) {
    const body = JSON.stringify({ id: randomUUID(), app: number * 7919 % 50000, pad });
    channel.sendToQueue('node_in', Buffer.from(body), { persistent: true });
    if (number % 1000 === 999) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
}

async function work(channel, messages) {
  const pool = new Pool({ max: 10 });
  let done = 0;
  await channel.prefetch(100);
  const ended = new Promise(resolve => {
    channel.consume('node_in', async delivery => {
      const { id, app } = JSON.parse(delivery.content), client = await pool.connect();
      try {
        await client.query('begin');
        const inserted = await client.query({ name: 'inbox', text: 'insert into inbox(message_id) values ($1) on conflict do nothing', values: [id] });
        if (inserted.rowCount) await client.query({ name: 'update', text: "update application set version = version + 1, status = 'checked' where id = $1", values: [app] });
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        channel.nack(delivery);
        return;
      } finally {
        client.release();
      }
      await new Promise((confirmed, refused) => channel.sendToQueue('node_out', delivery.content, { persistent: true }, error => error ? refused(error) : confirmed()));
      channel.ack(delivery);
      if (++done === messages) resolve();
    });
  });
  await ended;
  // The last acknowledgement is on its way.
  await new Promise(resolve => setTimeout(resolve, 200));
  await pool.end();
}

(async () => {
  const [task, messages] = [process.argv[2], +process.argv[3]];
  const connection = await amqp.connect(process.env.AMQP_URL), channel = await connection.createConfirmChannel();
  for (const queue of ['node_in', 'node_out']) await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await (task === 'fill' ? fill : work)(channel, messages);
  await connection.close();
})();
