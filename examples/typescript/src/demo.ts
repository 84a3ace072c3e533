// A small address book whose users are audited: run it and look at the logs.
//
//     DATABASE_URL=postgres://… REVISOR_URL=http://127.0.0.1:3000 REVISOR_KEY=… npm run demo
//
// The key needs the scope `record`; a rule should follow the models `demo.contact` and
// `demo.import`. It makes the tables `contact` and `revisor_outbox` where they are missing.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

import { Deliverer } from './deliverer.js';
import { backlog, install, Outbox } from './outbox.js';
import { operation, Revisor } from './plain-call.js';

const SCHEMA = `CREATE TABLE IF NOT EXISTS contact (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  city text,
  credit numeric(20, 2) NOT NULL DEFAULT 0,
  archived boolean NOT NULL DEFAULT false
)`;
const CONTACT = {
  label: 'Contact',
  name_field: 'name',
  fields: [
    { name: 'name', label: 'Name', type: 'char' },
    { name: 'city', label: 'City', type: 'char' },
    { name: 'credit', label: 'Credit limit', type: 'monetary' },
    { name: 'archived', label: 'Archived', type: 'boolean' },
  ],
};
const ADA = { login: 'ada', name: 'Ada Lovelace', groups: ['Sales'] };
const GRACE = { login: 'grace', name: 'Grace Hopper', groups: ['Sales', 'Managers'] };

const audited = new Outbox({ contact: { name: 'name' } }, 'demo.');

/** What the users of the address book do. */
async function work(pool: pg.Pool): Promise<void> {
  const [one, two] = await audited.transaction(pool, ADA, { ip: '203.0.113.7' }, async (tx) => [
    await tx.insert('contact', { name: 'Łukasz Żółć', city: 'Kraków' }),
    await tx.insert('contact', { name: 'Zoë O’Brien', city: 'Cork' }),
  ]);
  await audited.transaction(pool, GRACE, { reason: 'Paid on time for a year' }, (tx) =>
    tx.update('contact', { credit: '1999.90' }, 'id = $1', [one]),
  );
  // Many rows at once: each becomes an operation with its own old and new values.
  await audited.transaction(pool, GRACE, {}, (tx) =>
    tx.update('contact', { archived: true }, 'id = ANY ($1)', [[one, two]]),
  );
  // What is rolled back has not happened, here and there.
  await audited
    .transaction(pool, ADA, {}, async (tx) => {
      await tx.delete('contact', 'id = $1', [one]);
      throw new Error('Ada changes her mind');
    })
    .catch(() => undefined);
  await audited.transaction(pool, ADA, {}, (tx) => tx.delete('contact', 'id = $1', [two]));
}

async function main(): Promise<void> {
  const { DATABASE_URL = '', REVISOR_URL = '', REVISOR_KEY = '' } = process.env;
  const pool = new pg.Pool({ connectionString: DATABASE_URL });
  // Without this, a connection that is lost while nobody uses it ends the process.
  pool.on('error', (error) => console.error(error.message));
  const revisor = new Revisor(REVISOR_URL, REVISOR_KEY);
  await pool.query(SCHEMA);
  await install(pool);
  await revisor.declare('demo.contact', CONTACT);

  // Here the deliverer is part of the host; `deliverer.js` makes it a process.
  const stop = new AbortController();
  const delivery = new Deliverer(DATABASE_URL, revisor).run(stop.signal);
  await work(pool);
  for (let n = 0; n < 300 && (await backlog(pool)).waiting > 0; n += 1) await sleep(100);
  stop.abort();
  await delivery;
  const { waiting, setAside } = await backlog(pool);
  console.log(`outbox: ${waiting} waiting, ${setAside} set aside`);
  await pool.end();

  // The plain call, for what has no database: a script that has imported something.
  const done = operation('create', 'demo.import', Date.now(), ADA, {
    name: 'contacts.csv',
    new: { rows: 2, source: 'contacts.csv' },
  });
  const [result] = await revisor.record([done]);
  console.log(`plain call: ${result?.status}`);
  console.log(`See ${revisor.url}/logs?q=user%3Aada%2Cgrace`);
}

await main();
