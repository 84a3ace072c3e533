// Taking Revisor away while the host writes: in any order, the host works on and keeps its data.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Deliverer } from '../src/deliverer.js';
import { drop, install } from '../src/outbox.js';
import { Revisor } from '../src/plain-call.js';
import { prepare, TABLES, warnings, write } from './host.js';
import { Server, TestDatabase, withoutBoth } from './support.js';

type Step = 'end' | 'stop' | 'drop';

const ORDERS: Step[][] = [
  ['end', 'stop', 'drop'],
  ['end', 'drop', 'stop'],
  ['drop', 'end', 'stop'],
  ['drop', 'stop', 'end'],
  ['stop', 'drop', 'end'],
  ['stop', 'end', 'drop'],
];

for (const order of ORDERS) {
  test(`the host goes on: ${order.join(', ')}`, { skip: withoutBoth }, async (t) => {
    const database = await TestDatabase.make();
    t.after(() => database.close());
    await prepare(database.pool);
    const before = await schema(database);
    await install(database.pool);
    const server = await Server.make();
    t.after(() => server.close());
    for (const table of TABLES) await server.follow(`book.${table}`);

    const stop = new AbortController();
    const told: string[] = [];
    const revisor = new Revisor(server.url, server.key, 5);
    const delivery = new Deliverer(database.url, revisor, 0.05, (text) => told.push(text)).run(
      stop.signal,
    );
    warnings.length = 0;
    const writers = [1, 2, 3, 4].map(() => write(database.pool, stop.signal));
    let failed: unknown;
    for (const writer of writers) writer.catch((error: unknown) => (failed = error));

    const worksOn = async (): Promise<void> => {
      const count = async (): Promise<number> => {
        const n = await database.pool.query('SELECT coalesce(max(place), 0)::int AS n FROM truth');
        return n.rows[0]['n'] as number;
      };
      const enough = (await count()) + 50;
      const until = Date.now() + 30_000;
      while ((await count()) < enough) {
        assert.equal(failed, undefined, 'a writer has failed');
        assert.ok(Date.now() < until, 'the host stands still');
        await sleep(10);
      }
    };

    await worksOn();
    for (const step of order) {
      if (step === 'drop') await drop(database.pool);
      if (step === 'stop') await server.kill();
      // A server that is stopped can end nothing.
      if (step === 'end' && order.indexOf('end') < order.indexOf('stop')) {
        await server.ask('DELETE', '/api/v1/hosts/book');
      }
      await worksOn();
    }
    // Delivery, which may be waiting for a server, finds that its work has ended.
    await delivery;
    stop.abort();
    await Promise.all(writers);

    assert.equal(told.at(-1), 'there is no outbox: delivery ends');
    assert.ok(warnings.length > 0, 'that nothing is audited is told');
    assert.deepEqual(await schema(database), before, 'nothing is left of the outbox');
    // The data are what the triggers saw being written: the last state of each record is its row.
    const lost = await database.pool.query(
      `SELECT t.model, t.record FROM (
         SELECT DISTINCT ON (model, record) model, record, new FROM truth ORDER BY model, record, place DESC
       ) t FULL JOIN (
         SELECT 'book.contact' AS model, id::text AS record, to_jsonb(c) AS row FROM contact c
         UNION ALL SELECT 'book.note', id, to_jsonb(n) FROM note n
       ) d USING (model, record)
       WHERE t.new IS DISTINCT FROM d.row`,
    );
    assert.deepEqual(lost.rows, []);
  });
}

/** All that the database consists of beside what PostgreSQL brings. */
async function schema(database: TestDatabase): Promise<unknown[]> {
  const found = await database.pool.query(
    `SELECT relname AS name, relkind AS kind FROM pg_class WHERE relnamespace = 'public'::regnamespace
     UNION ALL SELECT proname, 'f' FROM pg_proc WHERE pronamespace = 'public'::regnamespace
     UNION ALL SELECT tgname || ' ' || tgrelid::regclass, 't' FROM pg_trigger WHERE NOT tgisinternal
     ORDER BY 1, 2`,
  );
  return found.rows;
}
