// Host, deliverers, server and the database's connections are ended at random moments; every
// operation arrives once. `REVISOR_TEST_ROUNDS` says how often (20).
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { Deliverer } from '../src/deliverer.js';
import { backlog, install } from '../src/outbox.js';
import { Revisor } from '../src/plain-call.js';
import { logged, prepare, TABLES, truth } from './host.js';
import { kill, Server, TestDatabase, withoutBoth } from './support.js';

const ROUNDS = Number(process.env['REVISOR_TEST_ROUNDS'] ?? '20');
const between = (low: number, high: number): number => low + Math.random() * (high - low);
const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

test('none is missing, none is there twice, and none is false', { skip: withoutBoth }, async (t) => {
  const database = await TestDatabase.make();
  t.after(() => database.close());
  await prepare(database.pool);
  await install(database.pool);
  const server = await Server.make();
  t.after(() => server.close());
  for (const table of TABLES) await server.follow(`book.${table}`);
  const env = {
    ...process.env,
    DATABASE_URL: database.url,
    REVISOR_URL: server.url,
    REVISOR_KEY: server.key,
  };
  const program = (...words: string[]): ChildProcess =>
    spawn(process.execPath, words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const left: number[] = [];
  let ended = 0;
  let restart: Promise<void> = Promise.resolve();

  for (let round = 0; round < ROUNDS; round += 1) {
    // Two deliverers: when one is killed the other takes over, by PostgreSQL's lock alone.
    const running = [
      program(file('../src/deliverer.js')),
      program(file('../src/deliverer.js')),
      program(file('host.js'), database.url),
    ].sort(() => Math.random() - 0.5);
    let said = '';
    for (const one of running) one.stderr?.on('data', (text: Buffer) => (said += String(text)));
    try {
      await sleep(between(400, 1000));
      await restart;
      if (Math.random() < 0.4) {
        await server.kill();
        ended += 1;
        restart = sleep(between(0, 300)).then(() => server.start());
      }
      if (Math.random() < 0.3) await database.cut();
      for (const one of running) {
        assert.equal(one.exitCode, null, `it ran until it was killed: ${said}`);
        await kill(one);
        ended += 1;
        await sleep(between(0, 150));
      }
    } finally {
      await Promise.all(running.map(kill));
    }
    left.push((await backlog(database.pool)).waiting);
  }

  await restart;
  const stop = new AbortController();
  const last = new Deliverer(database.url, new Revisor(server.url, server.key, 60));
  const run = last.run(stop.signal);
  for (let n = 0; n < 2400 && (await backlog(database.pool)).waiting > 0; n += 1) await sleep(50);
  stop.abort();
  await run;

  assert.deepEqual(await backlog(database.pool), { waiting: 0, setAside: 0, oldest: null, bytes: 0 });
  const happened = await truth(database.pool);
  const logs = (await Promise.all(TABLES.map((table) => server.logs(`book.${table}`)))).flat();
  const told = logged(logs);
  assert.deepEqual([...told.keys()].sort(), [...happened.keys()].sort());
  for (const [record, story] of happened) assert.deepEqual(told.get(record), story, record);
  t.diagnostic(
    `${ROUNDS} rounds, ${ended} kills, ${logs.length} operations, each once; ` +
      `up to ${Math.max(...left)} waited after a round`,
  );
  assert.ok(logs.length > ROUNDS, 'the host did something');
});
