// What the tests need around them: a Revisor server of a test's own, killed and started at will, and
// a database of its own. `cargo xtask test --only hosts` says where they are:
//
//   REVISOR_TEST_PROGRAM       the program `revisor`
//   REVISOR_TEST_POSTGRES_URL  a PostgreSQL in which databases may be made
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';

const program = process.env['REVISOR_TEST_PROGRAM'] ?? '';
const postgres = process.env['REVISOR_TEST_POSTGRES_URL'] ?? '';

/** Why a test cannot run, or `false`. */
export const withoutServer = program ? false : 'REVISOR_TEST_PROGRAM is not set';
export const withoutDatabase = postgres ? false : 'REVISOR_TEST_POSTGRES_URL is not set';
export const withoutBoth = withoutServer || withoutDatabase;

export interface Log {
  model: string;
  record_id: string;
  record_name: string;
  operation: string;
  user: { login: string };
  changes: { field: string; label: string; old: unknown; new: unknown }[];
  unrecorded_changes?: unknown;
}

/** The program, its data and its keys. */
export class Server {
  #process: ChildProcess | undefined;
  key = '';
  #admin = '';

  private constructor(
    private readonly address: string,
    private readonly folder: string,
  ) {}

  static async make(): Promise<Server> {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const { port } = probe.address() as AddressInfo;
    probe.close();
    await once(probe, 'close');
    const folder = await mkdtemp(join(tmpdir(), 'revisor-typescript-'));
    const server = new Server(`127.0.0.1:${port}`, folder);
    await server.start();
    server.key = await server.#makeKey('record,read');
    server.#admin = await server.#makeKey('admin,record,read');
    return server;
  }

  get url(): string {
    return `http://${this.address}`;
  }

  get #environment(): NodeJS.ProcessEnv {
    const kept = Object.entries(process.env).filter(
      ([name]) => !name.startsWith('REVISOR_') && name !== 'DATABASE_URL',
    );
    return {
      ...Object.fromEntries(kept),
      REVISOR_ADDR: this.address,
      REVISOR_DATA_DIR: this.folder,
      REVISOR_LOG: 'error',
    };
  }

  async start(): Promise<void> {
    const child = spawn(program, ['serve'], {
      cwd: this.folder,
      env: this.#environment,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    this.#process = child;
    for (let n = 0; n < 3000; n += 1) {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await sleep(20);
    }
    throw new Error('the server did not become ready within 60 s');
  }

  /** Ends it as a power cut would: SIGKILL. */
  async kill(): Promise<void> {
    await kill(this.#process);
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }

  async #makeKey(scopes: string): Promise<string> {
    const words = ['key', 'create', '--host', 'book', '--scopes', scopes];
    const { stdout } = await promisify(execFile)(program, words, {
      cwd: this.folder,
      env: this.#environment,
    });
    return stdout.trim();
  }

  async ask(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${this.#admin}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? (JSON.parse(text) as Record<string, unknown>) : {};
  }

  /** Has every operation on a model followed. */
  async follow(model: string, more: Record<string, unknown> = {}): Promise<void> {
    const rule = { name: `All of ${model}`, host: 'book', model, log_create: true, ...more };
    await this.ask('POST', '/api/v1/rules', rule);
  }

  /** All logs of a model, the oldest first. */
  async logs(model: string): Promise<Log[]> {
    const query = new URLSearchParams({ model, order: 'asc', limit: '200' });
    const found: Log[] = [];
    for (;;) {
      const page = await this.ask('GET', `/api/v1/logs?${query}`);
      found.push(...(page['items'] as Log[]));
      const cursor = page['next_cursor'];
      if (typeof cursor !== 'string') return found;
      query.set('cursor', cursor);
    }
  }
}

/** Kills a process and waits until it is gone. */
export async function kill(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** A database of a test's own. */
export class TestDatabase {
  readonly pool: pg.Pool;

  private constructor(
    readonly url: string,
    private readonly name: string,
  ) {
    this.pool = new pg.Pool({ connectionString: url });
    this.pool.on('error', () => undefined);
  }

  static async make(): Promise<TestDatabase> {
    const name = `revisor_ts_${randomBytes(6).toString('hex')}`;
    const url = new URL(postgres);
    url.pathname = `/${name}`;
    await TestDatabase.#run(`CREATE DATABASE ${name}`);
    // Hosts under load get in each other's way on purpose; they need not wait a second for it.
    await TestDatabase.#run(`ALTER DATABASE ${name} SET deadlock_timeout = '50ms'`);
    return new TestDatabase(url.href, name);
  }

  /** Ends every connection to it, as a restart of PostgreSQL does. */
  async cut(): Promise<void> {
    await TestDatabase.#run(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${this.name}'`,
    );
  }

  async close(): Promise<void> {
    await this.pool.end();
    await TestDatabase.#run(`DROP DATABASE ${this.name} WITH (FORCE)`);
  }

  static async #run(statement: string): Promise<void> {
    const url = new URL(postgres);
    url.pathname = '/postgres';
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    await client.query(statement);
    await client.end();
  }
}
