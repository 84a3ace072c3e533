// The transactional outbox on PostgreSQL: data and operation are committed together, or neither is.
//
// The host writes its data through `Outbox.transaction`, which puts one operation for each changed
// row into the table `revisor_outbox` of the same database, in the same transaction. A deliverer
// (`deliverer.ts`) sends them to Revisor. Copy this file, `deliverer.ts` and `plain-call.ts`.
// `docs/hosts-outbox.md` tells what is promised.
import { randomUUID } from 'node:crypto';
import pg from 'pg';

import { operation, type Context, type Operation, type User } from './plain-call.js';

/** Anything of `pg` that runs a query: a pool, a client. */
export interface Database {
  query<R extends pg.QueryResultRow = pg.QueryResultRow>(
    text: string,
    values?: unknown[],
  ): Promise<pg.QueryResult<R>>;
}

/** Makes the outbox, unless it is there. From then on operations are written. */
export async function install(db: Database): Promise<void> {
  // `operation` is text, not jsonb: what is sent again is the same, byte for byte.
  await db.query(`CREATE TABLE IF NOT EXISTS revisor_outbox (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    operation text NOT NULL,
    written_at timestamptz NOT NULL DEFAULT now(),
    refused text
  )`);
}

/** Drops the outbox with all that waits in it: auditing ends, the host goes on. */
export async function drop(db: Database): Promise<void> {
  await db.query('DROP TABLE IF EXISTS revisor_outbox');
}

/** Whether an error says that there is no outbox. */
export function isMissing(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '42P01';
}

/** What the outbox holds. */
export interface Backlog {
  waiting: number;
  setAside: number;
  /** When the one that waits longest was written. */
  oldest: Date | null;
  /** How large all of them are, those set aside included. */
  bytes: number;
}

/** How much the outbox may hold, what is set aside included. */
export interface Bound {
  operations: number;
  bytes: number;
}

export const BOUND: Bound = { operations: 1_000_000, bytes: 2 * 1024 ** 3 };

/** The outbox holds as much as it may: the transaction is not done, since it is not audited. */
export class Full extends Error {
  constructor(operations: number, bytes: number) {
    const held = `${operations} operations (${bytes} bytes)`;
    super(`not audited, so not done: the outbox holds ${held}, as much as it may`);
  }
}

/** How far delivery is behind: something to watch. */
export async function backlog(db: Database): Promise<Backlog> {
  const told = await db.query<Backlog & pg.QueryResultRow>(
    `SELECT (count(*) FILTER (WHERE refused IS NULL))::int AS waiting,
            count(refused)::int AS "setAside",
            min(written_at) FILTER (WHERE refused IS NULL) AS oldest,
            coalesce(sum(octet_length(operation)), 0)::float8 AS bytes
     FROM revisor_outbox`,
  );
  return told.rows[0] as Backlog;
}

/** How a table is told to Revisor. */
export interface Table {
  /** The column that names a record to people. */
  name: string;
  /** Columns of type `bytea`: they go as size and digest, their content stays here. */
  binary?: string[];
}

/** A host's audited tables, each with a primary key `id`. */
export class Outbox<T extends string> {
  #seen: Bound = { operations: 0, bytes: 0 };
  #goodUntil = 0;

  constructor(
    readonly tables: Readonly<Record<T, Table>>,
    /** What stands before a table's name in its model: `crm.` makes `crm.contact` of `contact`. */
    readonly prefix = '',
    /** Where it is told that operations are not audited. */
    readonly warn: (text: string) => void = console.warn,
    readonly bound: Bound = BOUND,
  ) {}

  /**
   * A transaction of `user`; committed when `work` is done, rolled back, operations included, when
   * it fails.
   */
  async transaction<R>(
    pool: pg.Pool,
    user: User,
    context: Context,
    work: (tx: Transaction<T>) => Promise<R>,
  ): Promise<R> {
    let broken: Error | undefined;
    const lost = (error: Error): void => void (broken = error);
    const client = await checkOut(pool, lost);
    try {
      await client.query('BEGIN');
      const tx = new Transaction(this, client, user, { transaction_id: randomUUID(), ...context });
      const result = await work(tx);
      await this.#put(client, tx.operations);
      // Where a failed statement was overlooked, PostgreSQL answers COMMIT by a rollback.
      const { command } = await client.query('COMMIT');
      if (command !== 'COMMIT') throw new Error('the transaction had failed and was rolled back');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch(lost);
      throw error;
    } finally {
      client.off('error', lost);
      // A connection that is lost, or could not roll back, is not used again.
      client.release(broken);
    }
  }

  /**
   * Writes the operations at the end of the transaction, when the rows are locked: whoever changes
   * one of them next waits for this commit, and takes a later place.
   */
  async #put(client: pg.PoolClient, operations: readonly [string, string][]): Promise<void> {
    if (operations.length === 0) return;
    await client.query('SAVEPOINT revisor');
    try {
      await this.#makeRoom(client, operations);
      await client.query(
        `INSERT INTO revisor_outbox (id, operation)
         SELECT id, operation FROM unnest($1::text[], $2::text[])
           WITH ORDINALITY AS o (id, operation, n) ORDER BY n`,
        [operations.map(([id]) => id), operations.map(([, text]) => text)],
      );
      await client.query('RELEASE SAVEPOINT revisor');
    } catch (error) {
      // The table is the switch: who drops it ends the audit, and the host goes on without.
      if (!isMissing(error)) throw error;
      await client.query('ROLLBACK TO SAVEPOINT revisor');
      this.warn(`there is no outbox: ${operations.length} operations not audited`);
    }
  }

  /**
   * Refuses what goes beyond the bound. To count a large outbox takes its time, so it is done once a
   * second, and the less often the longer it takes; so much more than the bound may others write
   * meanwhile.
   */
  async #makeRoom(db: Database, texts: readonly [string, string][]): Promise<void> {
    const start = performance.now();
    if (start >= this.#goodUntil) {
      const { waiting, setAside, bytes } = await backlog(db);
      this.#seen = { operations: waiting + setAside, bytes };
      const now = performance.now();
      this.#goodUntil = now + Math.max(1000, 50 * (now - start));
    }
    const size = texts.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
    const then = { operations: this.#seen.operations + texts.length, bytes: this.#seen.bytes + size };
    if (then.operations > this.bound.operations || then.bytes > this.bound.bytes) {
      throw new Full(this.#seen.operations, this.#seen.bytes);
    }
    this.#seen = then;
  }
}

/**
 * Takes a connection of the pool. One that is lost between two queries would end the process if
 * nobody listened, and it may be lost before an `await` goes on: so it is listened to from the very
 * call that hands it out.
 */
function checkOut(pool: pg.Pool, lost: (error: Error) => void): Promise<pg.PoolClient> {
  return new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      if (!client) return reject(error ?? new Error('the pool has no connection'));
      client.on('error', lost);
      resolve(client);
    });
  });
}

/** A row as JSON text, made by PostgreSQL, with its key. */
interface Row {
  id: string | number;
  name: string | null;
  row: string;
}

/**
 * Writes of one user; each row that really changes becomes an operation.
 *
 * Rows that the database changes by itself (ON DELETE CASCADE, triggers) are not seen: change
 * those through here as well, or capture them (`docs/http-hosts.md`).
 */
export class Transaction<T extends string> {
  /** Their ids and JSON texts, in the order they were done. */
  readonly operations: [string, string][] = [];

  constructor(
    private readonly outbox: Outbox<T>,
    /** For reads, and for writes that nobody audits. */
    readonly client: pg.PoolClient,
    private readonly user: User,
    private readonly context: Context,
  ) {}

  /** Inserts a row and answers its id. */
  async insert(table: T, values: Record<string, unknown>): Promise<string | number> {
    const columns = Object.keys(values);
    const what = columns.length
      ? `(${columns.map(pg.escapeIdentifier).join(', ')})
         VALUES (${columns.map((_, n) => `$${n + 1}`).join(', ')})`
      : 'DEFAULT VALUES';
    const done = await this.client.query<Row>(
      `INSERT INTO ${pg.escapeIdentifier(table)} AS r ${what} RETURNING ${this.#row(table)}`,
      Object.values(values),
    );
    const row = done.rows[0];
    // A trigger that answers NULL keeps the row from being inserted.
    if (!row) throw new Error(`nothing was inserted into ${table}`);
    this.#record('create', table, row, undefined, row.row);
    return row.id;
  }

  /** Updates the rows that `where` selects (`$1` and so on are `given`); answers how many. */
  async update(
    table: T,
    values: Record<string, unknown>,
    where: string,
    given: unknown[] = [],
  ): Promise<number> {
    if ('id' in values) throw new Error('an id stays: delete the record and create another');
    const name = pg.escapeIdentifier(table);
    // Locked, so that the old values stay what they are until this transaction ends; in one order,
    // so that two transactions do not wait for each other.
    const before = await this.client.query<Row>(
      `SELECT ${this.#row(table)} FROM ${name} AS r WHERE ${where} ORDER BY r.id FOR UPDATE`,
      given,
    );
    const columns = Object.keys(values);
    if (before.rows.length === 0 || columns.length === 0) return before.rows.length;
    const sets = columns.map((column, n) => `${pg.escapeIdentifier(column)} = $${n + 2}`);
    const after = await this.client.query<Row>(
      `UPDATE ${name} AS r SET ${sets.join(', ')} WHERE r.id = ANY ($1) RETURNING ${this.#row(table)}`,
      [before.rows.map((row) => row.id), ...Object.values(values)],
    );
    const found = new Map(after.rows.map((row) => [row.id, row]));
    for (const old of before.rows) {
      const row = found.get(old.id);
      if (row && row.row !== old.row) this.#record('write', table, row, old.row, row.row);
    }
    return after.rows.length;
  }

  /** Deletes the rows that `where` selects; answers how many there were. */
  async delete(table: T, where: string, given: unknown[] = []): Promise<number> {
    const name = pg.escapeIdentifier(table);
    const done = await this.client.query<Row>(
      `DELETE FROM ${name} AS r WHERE ${where} RETURNING ${this.#row(table)}`,
      given,
    );
    for (const row of done.rows) this.#record('unlink', table, row, row.row, undefined);
    return done.rows.length;
  }

  /**
   * The columns of `Row`. PostgreSQL makes the JSON: numbers of any size and microseconds would not
   * survive JavaScript.
   */
  #row(table: T): string {
    const { name, binary = [] } = this.outbox.tables[table];
    const digests = binary.map((column) => {
      const value = `r.${pg.escapeIdentifier(column)}`;
      return `|| jsonb_build_object(${pg.escapeLiteral(column)}, CASE WHEN ${value} IS NOT NULL THEN
        jsonb_build_object('binary', jsonb_build_object('size', octet_length(${value}),
          'sha256', encode(sha256(${value}), 'hex'))) END)`;
    });
    const row = `(to_jsonb(r) ${digests.join(' ')})::text`;
    return `r.id AS id, r.${pg.escapeIdentifier(name)}::text AS name, ${row} AS row`;
  }

  #record(kind: Operation['operation'], table: T, row: Row, old?: string, now?: string): void {
    const done = { ...(row.name === null ? {} : { name: row.name }), context: this.context };
    const made = operation(kind, this.outbox.prefix + table, row.id, this.user, done);
    const sides = `${old ? `,"old":${old}` : ''}${now ? `,"new":${now}` : ''}`;
    this.operations.push([made.id, `${JSON.stringify(made).slice(0, -1)}${sides}}`]);
  }
}
