// The outbox: committed together, delivered in order, each once, and nothing in its way for ever.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { Deliverer, LARGEST } from '../src/deliverer.js';
import { backlog, BOUND, drop, Full, install, Outbox } from '../src/outbox.js';
import { Refused, Revisor, TryLater, type Operation, type Result } from '../src/plain-call.js';
import { outbox, prepare, warnings } from './host.js';
import { Server, TestDatabase, withoutBoth, withoutDatabase } from './support.js';

const USER = { login: 'ada' };
const SOURCE = fileURLToPath(new URL('../src/', import.meta.url));

/** A server in memory: it knows ids, refuses what it is told to, and stops where it is told. */
class Fake {
  readonly logs: Operation[] = [];
  readonly sent: string[][] = [];
  tellsPlaces = true;
  refuses: string[] = [];
  before: Error | undefined;
  after: Error | undefined;

  async send(body: string, count: number): Promise<Result[]> {
    const { operations } = JSON.parse(body) as { operations: Operation[] };
    assert.equal(operations.length, count);
    this.sent.push(operations.map((one) => one.record_name ?? ''));
    if (this.before) throw this.before;
    const bad = operations.flatMap((one, n) =>
      this.refuses.includes(one.record_name ?? '') ? [n] : [],
    );
    if (bad.length > 0) {
      throw new Refused('no', new Map(this.tellsPlaces ? bad.map((n) => [n, 'bad name']) : []));
    }
    const known = new Set(this.logs.map((one) => one.id));
    this.logs.push(...operations.filter((one) => !known.has(one.id)));
    if (this.after) throw this.after;
    return operations.map(() => ({ status: 'unchanged' }));
  }

  get names(): string[] {
    return this.logs.map((one) => one.record_name ?? '');
  }
}

let database: TestDatabase;
let server: Fake;
let told: string[];
let deliverer: Deliverer;
/** Ends every delivery that a test has started, its failure included. */
let stop: AbortController;

const deliverers = (): Deliverer => new Deliverer(database.url, server, 0.01, (t) => told.push(t));

async function contacts(...names: string[]): Promise<void> {
  for (const name of names) {
    await outbox.transaction(database.pool, USER, {}, (tx) => tx.insert('contact', { name }));
  }
}

async function waiting(): Promise<string[]> {
  const rows = await database.pool.query('SELECT operation FROM revisor_outbox ORDER BY place');
  return rows.rows.map((row) => row['operation'] as string);
}

async function untilEmpty(): Promise<void> {
  for (let n = 0; n < 1000; n += 1) {
    if ((await backlog(database.pool)).waiting === 0) return;
    await sleep(10);
  }
  assert.fail('the outbox is not emptied');
}

async function many(): Promise<number> {
  const counted = await database.pool.query('SELECT count(*)::int AS n FROM contact');
  return counted.rows[0]['n'] as number;
}

async function drain(): Promise<void> {
  while ((await deliverer.deliver(database.pool)) > 0);
}

describe('the outbox', { skip: withoutDatabase }, () => {
  beforeEach(async () => {
    database = await TestDatabase.make();
    await prepare(database.pool);
    await install(database.pool);
    server = new Fake();
    told = [];
    deliverer = deliverers();
    stop = new AbortController();
  });
  afterEach(async () => {
    stop.abort();
    await database.close();
  });

  test('each row is an operation with its old and new values', async () => {
    await contacts('Ada', 'Grace');
    await outbox.transaction(database.pool, USER, { reason: 'moved' }, async (tx) => {
      assert.equal(await tx.update('contact', { city: 'Paris' }, 'true'), 2);
      assert.equal(await tx.update('contact', { city: 'Paris' }, 'true'), 2);
      assert.equal(await tx.update('contact', { city: 'Rome' }, 'false'), 0);
      assert.equal(await tx.delete('contact', 'name = $1', ['Ada']), 1);
    });
    const all = (await waiting()).map((text) => JSON.parse(text) as Operation);
    assert.deepEqual(
      all.map((one) => `${one.operation} ${one.record_name}`),
      ['create Ada', 'create Grace', 'write Ada', 'write Grace', 'unlink Ada'],
    );
    assert.deepEqual([all[2]?.old?.['city'], all[2]?.new?.['city']], [null, 'Paris']);
    assert.equal(all[0]?.new?.['archived'], false, 'the database’s default');
    assert.equal(all[2]?.context.reason, 'moved');
    assert.equal(new Set(all.map((one) => one.context.transaction_id)).size, 3);
    assert.equal(all[4]?.new, undefined);
  });

  test('values go as the database has them, and bytes stay in it', async () => {
    await database.pool.query(
      'CREATE TABLE thing (id uuid PRIMARY KEY, big int8, price numeric, at timestamptz, photo bytea)',
    );
    const things = new Outbox({ thing: { name: 'price', binary: ['photo'] } });
    const id = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
    const price = '12345678901234567890.10';
    await outbox.transaction(database.pool, USER, {}, () => Promise.resolve());
    await things.transaction(database.pool, USER, {}, async (tx) => {
      const at = '2026-11-23 08:15:30.123456+00';
      await tx.insert('thing', { id, big: 2n ** 62n, price, at, photo: Buffer.from('secret') });
      await tx.update('thing', { photo: Buffer.from([0, 255]) }, 'id = $1', [id]);
      await tx.update('thing', { photo: null }, 'true');
    });
    const [first = '', second = '', third = ''] = await waiting();
    assert.match(first, /"price": 12345678901234567890\.10/);
    assert.match(first, /"big": 4611686018427387904/);
    assert.match(first, /15:30\.123456\+00/);
    assert.match(second, /"sha256": "06eb7d6a69ee19e5fbdf749018d3d2abfa04bcbd1365db312eb86dc7169389b8"/);
    assert.match(third, /"photo": null/);
    assert.doesNotMatch(first, new RegExp(Buffer.from('secret').toString('hex')));
  });

  test('what is rolled back leaves no operation', async () => {
    const failed = outbox.transaction(database.pool, USER, {}, async (tx) => {
      await tx.insert('contact', { name: 'Ada' });
      throw new Error('no');
    });
    await assert.rejects(failed, /^Error: no$/);
    const refused = outbox.transaction(database.pool, USER, {}, async (tx) => {
      await tx.insert('contact', { name: 'Ada' });
      await tx.insert('contact', { name: null });
    });
    await assert.rejects(refused, { code: '23502' });
    const overlooked = outbox.transaction(database.pool, USER, {}, async (tx) => {
      await tx.client.query('SELECT 1 / 0').catch(() => undefined);
    });
    await assert.rejects(overlooked, /was rolled back/);
    assert.deepEqual(await waiting(), []);
    assert.equal(await many(), 0);
  });

  test('an operation that cannot be written takes the data with it', async () => {
    await database.pool.query('ALTER TABLE revisor_outbox ADD CHECK (false)');
    await assert.rejects(contacts('Ada'), { code: '23514' });
    assert.equal(await many(), 0);
  });

  test('the old value is the one that is replaced, whoever writes at the same time', async () => {
    await contacts('0');
    const add = (): Promise<unknown> =>
      outbox.transaction(database.pool, USER, {}, (tx) =>
        tx.update('contact', { name: String(Math.random()) }, 'true'),
      );
    await Promise.all(Array.from({ length: 30 }, add));
    const all = (await waiting()).map((text) => JSON.parse(text) as Operation);
    assert.equal(all.length, 31);
    for (const [n, one] of all.entries()) {
      if (n > 0) assert.deepEqual(one.old, all[n - 1]?.new);
    }
  });

  test('at the bound nothing is done until there is room', async () => {
    for (const bound of [{ ...BOUND, operations: 2 }, { ...BOUND, bytes: 1000 }]) {
      const narrow = new Outbox({ contact: { name: 'name' } }, '', console.warn, bound);
      const add = (name: string) =>
        narrow.transaction(database.pool, USER, {}, (tx) => tx.insert('contact', { name }));
      const before = await many();
      await add('a');
      await add('b');
      await assert.rejects(add('c'), (error) => error instanceof Full && /2 operations/.test(error.message));
      assert.equal((await many()) - before, 2);
      assert.equal((await backlog(database.pool)).waiting, 2);
      while ((await deliverer.deliver(database.pool)) > 0);
      await sleep(1100);
      await add('c');
      await deliverer.deliver(database.pool);
    }
  });

  test('operations arrive in order and leave the outbox', async () => {
    await contacts('a', 'b', 'c');
    assert.equal(await deliverer.deliver(database.pool), 3);
    assert.deepEqual(server.names, ['a', 'b', 'c']);
    assert.deepEqual(await backlog(database.pool), { waiting: 0, setAside: 0, oldest: null, bytes: 0 });
    assert.equal(await deliverer.deliver(database.pool), 0);
  });

  test('a crash between answer and delete sends again and records once', async () => {
    await contacts('a', 'b');
    server.after = new Error('killed');
    await assert.rejects(deliverer.deliver(database.pool), /killed/);
    server.after = undefined;
    await contacts('c');
    await deliverer.deliver(database.pool);
    assert.deepEqual(server.names, ['a', 'b', 'c']);
    assert.deepEqual(server.sent, [
      ['a', 'b'],
      ['a', 'b', 'c'],
    ]);
  });

  test('one that commits late is not passed by', async () => {
    const late = await database.pool.connect();
    await late.query('BEGIN');
    await late.query(
      `INSERT INTO revisor_outbox (id, operation) VALUES ('late', '{"record_name": "late"}')`,
    );
    await contacts('a', 'b');
    await drain();
    await late.query('COMMIT');
    late.release();
    await contacts('c');
    await drain();
    assert.deepEqual(server.names, ['a', 'b', 'late', 'c']);
  });

  test('a poisonous operation is set aside and the others go on', async () => {
    for (const tellsPlaces of [true, false]) {
      server = Object.assign(new Fake(), { tellsPlaces, refuses: ['c', 'f'] });
      deliverer = deliverers();
      await contacts(...'abcdefg');
      await drain();
      assert.deepEqual(server.names, [...'abdeg']);
      const { waiting: left, setAside } = await backlog(database.pool);
      assert.deepEqual([left, setAside], [0, 2]);
      await database.pool.query('DELETE FROM revisor_outbox');
    }
    assert.equal(told.length, 4);
  });

  test('what is too large stands in nobody’s way, and requests stay small', async () => {
    await contacts('a', 'b'.repeat(LARGEST), 'c');
    await drain();
    await drain();
    assert.deepEqual(server.names, ['a', 'c']);
    server.sent.length = 0;
    await contacts(...Array.from({ length: 6 }, (_, n) => `${n}${'ħ'.repeat(500_000)}`));
    await drain();
    assert.deepEqual(
      server.sent.map((names) => names.length),
      [4, 2],
    );
  });

  test('of two deliverers one stands by and takes over', async () => {
    await database.pool.query(
      `INSERT INTO revisor_outbox (id, operation)
       SELECT n, format('{"id": "%s", "record_name": "%s"}', n, n) FROM generate_series(1, 1200) n`,
    );
    const runs = [deliverers().run(stop.signal), deliverers().run(stop.signal)];
    await untilEmpty();
    await sleep(50);
    assert.deepEqual(
      server.sent.map((names) => names.length),
      [500, 500, 200],
    );
    // The one at work loses its connection, and with it the lock.
    await database.cut();
    // The pool may hand out a connection of before, which fails and is replaced.
    while ((await contacts('after').catch(() => 'again')) === 'again');
    await untilEmpty();
    stop.abort();
    await Promise.all(runs);
    assert.equal(server.names.at(-1), 'after');
    assert.equal(server.logs.length, 1201);
  });

  test('trouble is waited out and told once', async () => {
    await contacts('a');
    server.before = new TryLater('busy');
    const run = deliverer.run(stop.signal);
    while (server.sent.length < 3) await sleep(10);
    assert.equal(deliverer.trouble, 'busy');
    server.before = undefined;
    await untilEmpty();
    stop.abort();
    await run;
    assert.deepEqual(told, ['delivery waits: busy', 'delivery goes on']);
  });

  test('a dropped outbox ends audit and delivery and nothing else', async () => {
    await contacts('a');
    const run = deliverer.run(stop.signal);
    await untilEmpty();
    await drop(database.pool);
    await run;
    warnings.length = 0;
    await contacts('b');
    assert.deepEqual(warnings, ['there is no outbox: 1 operations not audited']);
    assert.equal(await many(), 2);
    await install(database.pool);
    await contacts('c');
    assert.equal((await waiting()).length, 1);
  });

  describe('with a server', { skip: withoutBoth }, () => {
    let real: Server;
    beforeEach(async () => {
      real = await Server.make();
    });
    afterEach(() => real.close());

    test('the server refuses one and it is set aside with its reason', async () => {
      await real.follow('book.contact', { require_reason: true });
      const reason = { reason: 'spring clean' };
      const add = (name: string): Promise<unknown> =>
        outbox.transaction(database.pool, USER, reason, (tx) => tx.insert('contact', { name }));
      await add('a');
      await contacts('b', 'c');
      await add('d');
      // The same id with another content: a conflict, which tells no place.
      await database.pool.query(
        `INSERT INTO revisor_outbox (id, operation)
         SELECT 'copy', replace(operation, '"d"', '"e"') FROM revisor_outbox WHERE place = 4`,
      );
      deliverer = new Deliverer(database.url, new Revisor(real.url, real.key), 0.01, () => undefined);
      await drain();
      const names = (await real.logs('book.contact')).map((log) => log.record_name);
      assert.deepEqual(names, ['a', 'd']);
      const left = await database.pool.query('SELECT refused FROM revisor_outbox ORDER BY place');
      const reasons = left.rows.map((row) => row['refused'] as string);
      assert.equal(reasons.length, 3);
      assert.match(reasons[0] ?? '', /reason_required/);
      assert.match(reasons[1] ?? '', /reason_required/);
      assert.match(reasons[2] ?? '', /conflict/);
    });

    test('the demonstration runs and its logs are there', async () => {
      await database.pool.query('DROP TABLE contact');
      await real.follow('demo.contact');
      await real.follow('demo.import');
      const { stdout } = await promisify(execFile)(process.execPath, [`${SOURCE}demo.js`], {
        env: { DATABASE_URL: database.url, REVISOR_URL: real.url, REVISOR_KEY: real.key },
      });
      assert.match(stdout, /outbox: 0 waiting, 0 set aside/);
      assert.match(stdout, /plain call: recorded/);
      const logs = await real.logs('demo.contact');
      assert.deepEqual(
        logs.map((log) => `${log.operation} ${log.user.login} ${log.record_name}`),
        [
          'create ada Łukasz Żółć',
          'create ada Zoë O’Brien',
          'write grace Łukasz Żółć',
          'write grace Łukasz Żółć',
          'write grace Zoë O’Brien',
          'unlink ada Zoë O’Brien',
        ],
      );
      const [credit] = logs[2]?.changes ?? [];
      assert.deepEqual([credit?.label, credit?.old, credit?.new], ['Credit limit', 0, 1999.9]);
    });

    test('the commands tell, retry and drop', async () => {
      const command = async (word: string): Promise<string> => {
        const done = await promisify(execFile)(process.execPath, [`${SOURCE}deliverer.js`, word], {
          env: { DATABASE_URL: database.url },
        });
        return done.stdout;
      };
      await contacts('a', 'b');
      await database.pool.query("UPDATE revisor_outbox SET refused = 'too odd' WHERE place = 1");
      assert.match(await command('status'), /^1 waiting since .*Z, 1 set aside, \d+ bytes\n {2}[-0-9a-f]{36}: too odd\n$/);
      assert.match(await command('retry'), /^2 waiting since .*Z, 0 set aside, \d+ bytes\n$/);
      assert.equal(await command('drop'), '');
      await assert.rejects(command('status'), /does not exist/);
    });
  });
});
