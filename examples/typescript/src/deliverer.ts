// The deliverer: takes operations from the outbox to a server, in order, each once.
//
//     node dist/src/deliverer.js            # DATABASE_URL, REVISOR_URL and REVISOR_KEY say where
//     node dist/src/deliverer.js status
//
// Several may run for one database: one works, the others stand by.
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pg from 'pg';

import { backlog, drop, isMissing, type Database } from './outbox.js';
import { Backoff, batch, Refused, Revisor, TryLater } from './plain-call.js';

// Operations in one request, and bytes; the server takes 1,000 and 8 MiB.
const MOST_OPERATIONS = 500;
const MOST_BYTES = 4 * 1024 * 1024;
export const LARGEST = 7 * 1024 * 1024;

interface Waiting {
  id: string;
  operation: string;
}

/** What a deliverer needs of a server. */
export type Server = Pick<Revisor, 'send'>;

export class Deliverer {
  /** What keeps it from going on now. */
  trouble: string | undefined;

  constructor(
    private readonly database: string,
    private readonly server: Server,
    /** How many seconds an empty outbox is left alone. */
    private readonly idle = 0.2,
    private readonly log: (text: string) => void = console.error,
  ) {}

  /** Delivers until `stop`, or until the outbox is dropped. Waits out everything else. */
  async run(stop: AbortSignal): Promise<void> {
    const wait = new Backoff(0.5, 60);
    while (!stop.aborted) {
      // A connection of its own: the lock is the connection's, and ends with it.
      const db = new pg.Client({ connectionString: this.database });
      db.on('error', () => undefined); // The next query tells.
      try {
        await db.connect();
        while (!stop.aborted && !(await alone(db))) await pause(this.idle, stop);
        while (!stop.aborted) {
          const delivered = await this.deliver(db);
          this.#tell(undefined);
          wait.reset();
          if (delivered === 0) await pause(this.idle, stop);
        }
      } catch (error) {
        if (isMissing(error)) {
          this.log('there is no outbox: delivery ends');
          return;
        }
        this.#tell(error instanceof Error ? error.message : String(error));
        // Others may try meanwhile: the lock goes before the wait.
        await db.end().catch(() => undefined);
        await pause(wait.next(error instanceof TryLater ? error.after : 0), stop);
      } finally {
        await db.end().catch(() => undefined);
      }
    }
  }

  /** Delivers one batch; answers how many operations left the queue, 0 when none waits. */
  async deliver(db: Database): Promise<number> {
    const rows = await this.#next(db);
    let start = 0;
    let length = rows.length;
    while (start < rows.length) {
      const part = rows.slice(start, start + length);
      try {
        // The text goes as it was written, so that a second sending is the same one.
        await this.server.send(batch(part.map((row) => row.operation)), part.length);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        const first = Math.min(...error.faults.keys());
        if (part.length === 1 || first === 0) {
          await this.#setAside(db, part[0], error.faults.get(0) ?? error.message);
          start += 1;
          length = rows.length;
        } else if (first < part.length) {
          length = first; // What comes before the refused one goes alone.
        } else {
          length = Math.floor(part.length / 2); // It is not told which one: halve until it is.
        }
        continue;
      }
      // A crash here sends the batch again, and the server knows the ids.
      await db.query('DELETE FROM revisor_outbox WHERE id = ANY ($1)', [part.map(({ id }) => id)]);
      start += part.length;
      length = rows.length;
    }
    return rows.length;
  }

  /**
   * The next operations, as many as one request takes.
   *
   * One that commits late and has an early place is found by the next look, since places are taken
   * out and never counted past; and it is of other records than those that went before it.
   */
  async #next(db: Database): Promise<Waiting[]> {
    const found = await db.query<Waiting>(
      'SELECT id, operation FROM revisor_outbox WHERE refused IS NULL ORDER BY place LIMIT $1',
      [MOST_OPERATIONS],
    );
    const rows: Waiting[] = [];
    let size = 0;
    for (const row of found.rows) {
      const length = Buffer.byteLength(row.operation);
      if (length > LARGEST) {
        if (rows.length > 0) break;
        await this.#setAside(db, row, `too large to be sent: ${length} bytes`);
        continue;
      }
      if (rows.length > 0 && size + length > MOST_BYTES) break;
      rows.push(row);
      size += length;
    }
    return rows;
  }

  async #setAside(db: Database, row: Waiting | undefined, why: string): Promise<void> {
    this.log(`operation ${row?.id} is set aside: ${why}`);
    await db.query('UPDATE revisor_outbox SET refused = $1 WHERE id = $2', [why, row?.id]);
  }

  /** Tells a trouble once, not at each attempt. */
  #tell(trouble: string | undefined): void {
    if (trouble === this.trouble) return;
    this.log(trouble ? `delivery waits: ${trouble}` : 'delivery goes on');
    this.trouble = trouble;
  }
}

/**
 * Takes the lock of the one deliverer, unless another has it.
 *
 * It is PostgreSQL's, of this connection, and goes with it, however the process ends. It needs a
 * connection that stays the same: none through a pooler that hands them out by transaction.
 */
async function alone(db: Database): Promise<boolean> {
  // So that a machine that vanished does not hold the lock for the two hours that TCP takes.
  await db.query('SET tcp_keepalives_idle = 60');
  const told = await db.query<{ alone: boolean }>(
    `SELECT pg_try_advisory_lock(
       hashtext('revisor_outbox'), hashtext(coalesce(current_schema(), ''))) AS alone`,
  );
  return told.rows[0]?.alone ?? false;
}

async function pause(seconds: number, stop: AbortSignal): Promise<void> {
  await sleep(seconds * 1000, undefined, { signal: stop }).catch(() => undefined);
}

/** `deliver` (the default), `status`, `retry` what was set aside, or `drop`. */
async function main(command = 'deliver'): Promise<void> {
  const database = needed('DATABASE_URL');
  if (command === 'deliver') {
    const stop = new AbortController();
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort());
    // Nobody waits for a deliverer, and a large batch may take its time.
    const server = new Revisor(needed('REVISOR_URL'), needed('REVISOR_KEY'), 60);
    await new Deliverer(database, server).run(stop.signal);
    return;
  }
  const db = new pg.Client({ connectionString: database });
  await db.connect();
  try {
    if (command === 'drop') {
      await drop(db);
      return;
    }
    if (command === 'retry') await db.query('UPDATE revisor_outbox SET refused = NULL');
    const { waiting, setAside, oldest, bytes } = await backlog(db);
    const since = oldest ? ` since ${oldest.toISOString()}` : '';
    console.log(`${waiting} waiting${since}, ${setAside} set aside, ${bytes} bytes`);
    const aside = await db.query(
      'SELECT id, refused FROM revisor_outbox WHERE refused IS NOT NULL ORDER BY place',
    );
    for (const row of aside.rows) console.log(`  ${row['id']}: ${row['refused']}`);
  } finally {
    await db.end();
  }
}

function needed(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(process.argv[2]);
}
