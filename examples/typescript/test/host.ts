// A host under load, to be killed: `node dist/test/host.js DATABASE_URL`.
//
// Its writers write at random until the process is ended. Triggers note every row change in the
// table `truth`, in the same transaction and without asking the outbox: that is what logs are
// compared with.
import { isDeepStrictEqual } from 'node:util';
import { pathToFileURL } from 'node:url';
import pg from 'pg';

import { Outbox, type Database } from '../src/outbox.js';
import type { Log } from './support.js';

const SCHEMA = `
CREATE TABLE contact (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, city text,
  credit numeric(30, 2) NOT NULL DEFAULT 0, archived boolean NOT NULL DEFAULT false,
  tags text[], seen_at timestamptz DEFAULT clock_timestamp()
);
CREATE TABLE note (id text PRIMARY KEY, text text NOT NULL, weight float8, more jsonb);
CREATE TABLE truth (
  place bigint GENERATED ALWAYS AS IDENTITY, model text, record text, kind text, old jsonb, new jsonb
);
CREATE FUNCTION tell_truth() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO truth (model, record, kind, old, new) VALUES (
    'book.' || TG_TABLE_NAME,
    CASE WHEN TG_OP = 'DELETE' THEN OLD.id::text ELSE NEW.id::text END,
    CASE TG_OP WHEN 'INSERT' THEN 'create' WHEN 'UPDATE' THEN 'write' ELSE 'unlink' END,
    CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END,
    CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END);
  RETURN NULL;
END $$;
CREATE TRIGGER truth AFTER INSERT OR UPDATE OR DELETE ON contact
  FOR EACH ROW EXECUTE FUNCTION tell_truth();
CREATE TRIGGER truth AFTER INSERT OR UPDATE OR DELETE ON note
  FOR EACH ROW EXECUTE FUNCTION tell_truth();
`;
export const TABLES = ['contact', 'note'] as const;
const USERS = [{ login: 'ada', groups: ['Sales'] }, { login: 'zoë', name: 'Zoë' }, { login: 'grace' }];
const WORDS = ['Łódź', 'naïve', '😀', "O'Brien", 'a "quoted" \\ one', '', 'tab\there', '日本', '\x7f'];

export const outbox = new Outbox(
  { contact: { name: 'name' }, note: { name: 'text' } },
  'book.',
  (text) => warnings.push(text),
);
export const warnings: string[] = [];

/** Makes the tables and what notes the truth. */
export async function prepare(db: Database): Promise<void> {
  await db.query(SCHEMA);
}

type Story = Map<string, { operation: string; changed: Record<string, [unknown, unknown]> }[]>;

function tell(story: Story, record: string, operation: string, changes: [string, unknown, unknown][]) {
  const changed = Object.fromEntries(
    changes.sort(([a], [b]) => (a < b ? -1 : 1)).map(([field, old, now]) => [field, [old, now]]),
  ) as Record<string, [unknown, unknown]>;
  story.set(record, [...(story.get(record) ?? []), { operation, changed }]);
}

/** What really happened to each record, in order: the operation and the changed fields. */
export async function truth(db: Database): Promise<Story> {
  const story: Story = new Map();
  const told = await db.query('SELECT * FROM truth ORDER BY place');
  for (const row of told.rows) {
    const old = (row['old'] ?? {}) as Record<string, unknown>;
    const now = (row['new'] ?? {}) as Record<string, unknown>;
    const changes = [...new Set([...Object.keys(old), ...Object.keys(now)])]
      .map((field): [string, unknown, unknown] => [field, old[field] ?? null, now[field] ?? null])
      .filter(([, before, after]) => !isDeepStrictEqual(before, after));
    if (changes.length) tell(story, `${row['model']}/${row['record']}`, row['kind'], changes);
  }
  return story;
}

/** What the logs say, in the same form. */
export function logged(logs: Log[]): Story {
  const story: Story = new Map();
  for (const log of logs) {
    const changes = log.changes.map((c): [string, unknown, unknown] => [c.field, c.old, c.new]);
    if (log.unrecorded_changes) changes.push(['unrecorded', log.unrecorded_changes, null]);
    tell(story, `${log.model}/${log.record_id}`, log.operation, changes);
  }
  return story;
}

class ChangedMind extends Error {}

const below = (n: number): number => Math.floor(Math.random() * n);
const pick = <T>(from: readonly T[]): T => from[below(from.length)] as T;
const words = (): string => Array.from({ length: 1 + below(3) }, () => pick(WORDS)).join(' ');

/** One transaction of one to four writes, some of which are rolled back. */
async function step(pool: pg.Pool): Promise<void> {
  await outbox.transaction(pool, pick(USERS), {}, async (tx) => {
    for (let n = 1 + below(4); n > 0; n -= 1) {
      switch (below(8)) {
        case 0:
        case 1:
          await tx.insert('contact', { name: words(), city: words(), tags: [words()] });
          break;
        case 2: {
          const credit = `${below(10 ** 9)}${below(10 ** 9)}.${below(100)}`;
          await tx.update('contact', { credit }, 'id = $1', [below(40)]);
          break;
        }
        case 3:
          await tx.update('contact', { archived: below(2) === 0 }, 'id % $1 = 0', [2 + below(8)]);
          break;
        case 4:
          await tx.delete('contact', 'id = $1', [below(40)]);
          break;
        case 5: {
          // Ids that come again: a deleted record begins a new life.
          const id = `n/${1 + below(5)}`;
          if ((await tx.delete('note', 'id = $1', [id])) === 0) {
            await tx.insert('note', { id, text: words(), more: { a: [1, { b: words() }] } });
          }
          break;
        }
        case 6:
          await tx.update('note', { text: words(), weight: pick([null, 1, 1.5, 1e300]) }, 'true');
          break;
        default:
          await tx.delete('contact', 'id % 40 = 39');
      }
    }
    if (Math.random() < 0.2) throw new ChangedMind();
  });
}

/** Writes until `stop`. What the database refuses (deadlocks, a cut connection) is rolled back. */
export async function write(pool: pg.Pool, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await step(pool).catch((error: Error & { code?: string }) => {
      // Two transactions in each other's way, the same new id twice, or the connection was ended.
      const expected = ['40P01', '23505', '57P01'].includes(error.code ?? '');
      if (!expected && !(error instanceof ChangedMind) && !/onnection/.test(error.message)) {
        throw error;
      }
    });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const pool = new pg.Pool({ connectionString: process.argv[2] });
  pool.on('error', () => undefined);
  const never = new AbortController().signal;
  await Promise.all([1, 2, 3, 4].map(() => write(pool, never)));
}
