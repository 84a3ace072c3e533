// The plain call: report operations to Revisor by one HTTP request.
//
// For scripts, imports and hosts without a database of their own. A host with one is better served
// by `outbox.ts`: an operation that is reported by a plain call is lost when the process ends
// between its commit and the answer. Nothing but Node 20 is needed; copy this file.
// `docs/http-hosts.md` tells the rest.
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface User {
  login: string;
  name?: string;
  groups?: string[];
  on_behalf_of?: string;
}

export interface Context {
  ip?: string;
  user_agent?: string;
  request_id?: string;
  transaction_id?: string;
  reason?: string;
  traceparent?: string;
}

export interface Operation {
  id: string;
  operation: 'create' | 'write' | 'unlink';
  model: string;
  record_id: string;
  record_name?: string;
  user: User;
  occurred_at: string;
  old?: Record<string, Json>;
  new?: Record<string, Json>;
  context: Context;
}

export type Result =
  | { status: 'recorded'; log_id: string; revision: number }
  | { status: 'skipped'; reason: string }
  | { status: 'unchanged' }
  | { status: 'duplicate'; log_id?: string };

/** Nothing was recorded, or nobody knows: the same operations may be sent again. */
export class TryLater extends Error {
  override name = 'TryLater';

  /** `after`: how many seconds the server asks to wait. */
  constructor(
    why: string,
    readonly after = 0,
  ) {
    super(why);
  }
}

/** The key is not known (any more), has ended, or lacks a scope: somebody has to see to it. */
export class KeyRefused extends TryLater {
  override name = 'KeyRefused';
}

/** Nothing of the batch was recorded, and these operations never will be as they are. */
export class Refused extends Error {
  override name = 'Refused';

  /** `faults`: what is wrong, by the operation's place in the batch; empty where it is not told. */
  constructor(
    why: string,
    readonly faults: ReadonlyMap<number, string>,
  ) {
    super(why);
  }
}

// Longest texts that the server takes. Longer ones are cut: a user who sends an endless user agent
// must not keep the log of what he did from being made.
const NAME = 2_000;
const CONTEXT: Record<string, number> = {
  request_id: 256,
  transaction_id: 256,
  traceparent: 256,
};

/** What `operation` is given: values of any kind, which `plain` makes JSON of. */
export interface Done {
  old?: Record<string, unknown>;
  new?: Record<string, unknown>;
  name?: string;
  context?: Context;
}

/**
 * An operation with an id of its own, ready to be sent, and to be sent again.
 *
 * Make it once for each thing that a user did and keep it until it is answered: the id is what
 * makes a second sending harmless.
 */
export function operation(
  kind: Operation['operation'],
  model: string,
  recordId: string | number | bigint,
  user: User,
  done: Done = {},
): Operation {
  return {
    id: randomUUID(),
    operation: kind,
    model,
    record_id: String(recordId),
    ...(done.name === undefined ? {} : { record_name: cut(done.name, NAME) }),
    user,
    occurred_at: new Date().toISOString(),
    ...(done.old ? { old: plain(done.old) as Record<string, Json> } : {}),
    ...(done.new ? { new: plain(done.new) as Record<string, Json> } : {}),
    context: Object.fromEntries(
      Object.entries(done.context ?? {})
        .filter(([, text]) => text)
        .map(([key, text]) => [key, cut(String(text), CONTEXT[key] ?? NAME)]),
    ),
  };
}

function cut(text: string, longest: number): string {
  return text.replaceAll('\0', '\ufffd').slice(0, longest).toWellFormed();
}

/** A server, spoken to with a host's key of scope `record`. */
export class Revisor {
  readonly url: string;
  readonly #key: string;
  readonly #timeout: number;

  /** `timeout`: how many seconds one answer may take. */
  constructor(url: string, key: string, timeout = 15) {
    this.url = url.trim().replace(/\/+$/, '');
    this.#key = key.trim();
    this.#timeout = timeout * 1000;
  }

  /**
   * Reports operations and answers what became of each, once they are durable.
   *
   * They are recorded all or none. A server that is away or busy is asked again for `patience`
   * seconds; then `TryLater` says that the outcome is not known. `Refused` and `KeyRefused` come
   * at once, since asking again changes nothing.
   */
  async record(operations: readonly Operation[], patience = 30): Promise<Result[]> {
    const body = batch(operations.map((one) => JSON.stringify(one)));
    const until = performance.now() + patience * 1000;
    const wait = new Backoff(0.25, 10);
    for (;;) {
      try {
        return await this.send(body, operations.length);
      } catch (error) {
        if (!(error instanceof TryLater) || error instanceof KeyRefused) throw error;
        const pause = wait.next(error.after) * 1000;
        if (performance.now() + pause > until) throw error;
        await sleep(pause);
      }
    }
  }

  /** One attempt to have a batch of `count` operations recorded. */
  async send(body: string, count: number): Promise<Result[]> {
    const answer = await this.#ask('POST', '/api/v1/operations', body);
    const results = isObject(answer) ? answer['results'] : undefined;
    if (!Array.isArray(results) || results.length !== count) {
      throw new TryLater(`${this.url} does not answer as Revisor does`);
    }
    return results as Result[];
  }

  /** Tells labels, types and sensitive fields of a model; once, when the host starts. */
  async declare(model: string, description: Json): Promise<void> {
    const path = `/api/v1/models/${encodeURIComponent(model)}`;
    await this.#ask('PUT', path, JSON.stringify(description));
  }

  async #ask(method: string, path: string, body: string): Promise<unknown> {
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(this.url + path, {
        method,
        body,
        headers: { authorization: `Bearer ${this.#key}`, 'content-type': 'application/json' },
        // A redirect would take operations to somebody else; it is answered as what it is.
        redirect: 'manual',
        // Holds for the whole answer, its body included.
        signal: AbortSignal.timeout(this.#timeout),
      });
      text = await answer.text();
    } catch (error) {
      // Refused, timed out, broken off, or cut short: it may have been recorded all the same.
      const { cause, message } = error as Error;
      const why = cause instanceof Error && cause.message ? cause.message : message;
      throw new TryLater(`no answer from ${this.url}: ${why}`);
    }
    const told = parsed(text);
    if (answer.ok) return told;
    throw refusal(answer, told);
  }
}

/**
 * How long to wait after a failure: twice as long each time, up to `longest`, in seconds.
 *
 * Of that, somewhere between half and all, so that many hosts do not come back at once. Never less
 * than the server asked for.
 */
export class Backoff {
  #failures = 0;

  constructor(
    private readonly first: number,
    private readonly longest: number,
  ) {}

  next(asked = 0): number {
    const full = Math.min(this.longest, this.first * 2 ** Math.min(this.#failures, 20));
    this.#failures += 1;
    return Math.max(full * (0.5 + Math.random() / 2), Math.min(asked, LONGEST_WAIT));
  }

  /** It went well. */
  reset(): void {
    this.#failures = 0;
  }
}

const LONGEST_WAIT = 300;

/** The body of a request, of operations that are JSON texts already. */
export function batch(operations: readonly string[]): string {
  return `{"operations":[${operations.join(',')}]}`;
}

/**
 * A value as JSON has it, without losing anything on the way.
 *
 * A `bigint` goes as text, since JSON numbers pass through doubles here: declare the field as
 * `integer`, and the server compares it as a number; likewise decimals, which belong in texts.
 * Bytes go as size and digest; their content stays in the host.
 */
export function plain(value: unknown): Json {
  switch (typeof value) {
    case 'string':
      // A lone surrogate (of a text that was cut in two) is no character, and no JSON.
      return value.toWellFormed();
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return String(value);
    case 'object':
      break;
    default:
      return null;
  }
  if (value === null) return null;
  if (value instanceof Uint8Array) {
    const sha256 = createHash('sha256').update(value).digest('hex');
    return { binary: { size: value.byteLength, sha256 } };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Set) return [...value].map(plain);
  if (value instanceof Map) return plain(Object.fromEntries(value));
  // Dates, and the decimals of the usual libraries, know their own form.
  if ('toJSON' in value && typeof value.toJSON === 'function') return plain(value.toJSON());
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key.toWellFormed(), plain(member)]));
}

// The statuses by which a server says that these operations cannot be recorded as they are.
const MINE = new Set([400, 409, 413, 422]);

/** What a status that is no success means for a batch. */
function refusal(answer: Response, told: unknown): Error {
  // What is no problem of Revisor's (a proxy's page, another program) tells nothing of the batch.
  const problem = isObject(told) && typeof told['code'] === 'string' ? told : undefined;
  const why = problem ? `${problem['detail']} (${problem['code']})` : `status ${answer.status}`;
  if (answer.status === 401 || answer.status === 403) return new KeyRefused(why);
  if (!MINE.has(answer.status) || !(problem || answer.status === 413)) {
    return new TryLater(why, seconds(answer.headers.get('retry-after')));
  }
  return new Refused(why, byOperation(problem?.['errors']));
}

/** `Retry-After` in seconds; it may also be a date, which is not worth trusting two clocks. */
function seconds(text: string | null): number {
  return text && /^\s*\d+\s*$/.test(text) ? Number(text) : 0;
}

/** The faults by the operation they point at; empty when one points elsewhere. */
function byOperation(errors: unknown): Map<number, string> {
  const told = new Map<number, string>();
  for (const fault of Array.isArray(errors) ? (errors as Record<string, string>[]) : []) {
    const place = /^\/operations\/(\d+)\/?(.*)$/.exec(fault['pointer'] ?? '');
    if (!place) return new Map();
    const index = Number(place[1]);
    const text = `${fault['detail']} (${fault['code']})`;
    const whole = place[2] ? `${place[2]}: ${text}` : text;
    const before = told.get(index);
    told.set(index, before ? `${before}; ${whole}` : whole);
  }
  return told;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
