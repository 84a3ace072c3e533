// A host as the server sees one: a program that reports operations by HTTP, with a key.
import { expect, request, type APIRequestContext } from '@playwright/test';

import { HOST, needed } from './environment';

export interface Operation {
  operation: 'create' | 'write' | 'unlink';
  model: string;
  record_id: string;
  record_name?: string;
  user?: { login: string; name?: string; groups?: string[] };
  occurred_at?: string;
  old?: Record<string, unknown>;
  new?: Record<string, unknown>;
  context?: Record<string, string>;
}

export interface Log {
  id: string;
  seq: number;
  model: string;
  record_id: string;
  record_name?: string;
  revision: number;
  operation: string;
  recorded_at: string;
  changes: { field: string; label: string; old: unknown; new: unknown }[];
}

export interface Rule {
  id: string;
  name: string;
  model: string;
  active: boolean;
  log_create: boolean;
  log_write: boolean;
  log_unlink: boolean;
}

export class Host {
  private constructor(private readonly api: APIRequestContext) {}

  /** A host on the server at `url`. */
  static async of(url: string): Promise<Host> {
    const key = needed('REVISOR_E2E_KEY');
    return new Host(
      await request.newContext({
        baseURL: url,
        extraHTTPHeaders: { authorization: `Bearer ${key}` },
        storageState: { cookies: [], origins: [] },
      }),
    );
  }

  async close(): Promise<void> {
    await this.api.dispose();
  }

  /** Has every operation on a model followed, unless `input` says otherwise. */
  async follow(model: string, input: Record<string, unknown> = {}): Promise<Rule> {
    const answer = await this.api.post('/api/v1/rules', {
      data: {
        name: `Everything of ${model}`.slice(0, 64),
        host: HOST,
        model,
        log_create: true,
        log_write: true,
        log_unlink: true,
        ...input,
      },
    });
    expect(answer.status(), await answer.text()).toBe(201);
    return (await answer.json()) as Rule;
  }

  /** Makes another host; answers its name. */
  async create(name: string): Promise<string> {
    const answer = await this.api.post('/api/v1/hosts', { data: { name } });
    expect(answer.status(), await answer.text()).toBe(201);
    return name;
  }

  /** Declares a model. */
  async declare(model: string, declaration: Record<string, unknown>): Promise<void> {
    const answer = await this.api.put(`/api/v1/models/${encodeURIComponent(model)}`, {
      data: declaration,
    });
    expect([200, 201], await answer.text()).toContain(answer.status());
  }

  /** Reports operations, whether a rule follows them or not. */
  async report(...operations: Operation[]): Promise<string[]> {
    const answer = await this.api.post('/api/v1/operations', {
      data: {
        operations: operations.map((operation) => ({
          user: { login: 'e2e', name: 'End to End' },
          ...operation,
        })),
      },
    });
    expect(answer.status(), await answer.text()).toBe(200);
    const { results } = (await answer.json()) as { results: { status: string }[] };
    return results.map((result) => result.status);
  }

  /** Reports operations, each of which must be recorded; answers the ids of their logs. */
  async record(...operations: Operation[]): Promise<string[]> {
    const answer = await this.api.post('/api/v1/operations', {
      data: {
        operations: operations.map((operation) => ({
          user: { login: 'e2e', name: 'End to End' },
          ...operation,
        })),
      },
    });
    expect(answer.status(), await answer.text()).toBe(200);
    const { results } = (await answer.json()) as { results: { status: string; log_id: string }[] };
    expect(results.map((result) => result.status)).toEqual(operations.map(() => 'recorded'));
    return results.map((result) => result.log_id);
  }

  /** The logs that parameters ask for, newest first. */
  async logs(parameters: [string, string][]): Promise<Log[]> {
    const query = new URLSearchParams([['limit', '200'], ...parameters]);
    return (await this.get<{ items: Log[] }>(`/api/v1/logs?${query}`)).items;
  }

  /** One log. */
  async log(id: string): Promise<Log> {
    return this.get<Log>(`/api/v1/logs/${id}`);
  }

  /** The rules of a model, whether in force or not. */
  async rules(model: string): Promise<Rule[]> {
    const { items } = await this.get<{ items: Rule[] }>(
      `/api/v1/rules?limit=200&model=${encodeURIComponent(model)}`,
    );
    return items.filter((rule) => rule.model === model);
  }

  private async get<T>(path: string): Promise<T> {
    const answer = await this.api.get(path);
    expect(answer.status(), await answer.text()).toBe(200);
    return (await answer.json()) as T;
  }
}
