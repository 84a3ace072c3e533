// The plain call: what it sends, what it makes of each answer, and that it arrives once.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import {
  Backoff,
  batch,
  KeyRefused,
  operation,
  plain,
  Refused,
  Revisor,
  TryLater,
  type Operation,
} from '../src/plain-call.js';
import { Server, withoutServer } from './support.js';

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: unknown;
}

type Seen = { headers: IncomingHttpHeaders; body: { operations: Operation[] } }[];

/** A server that answers the n-th request as it is told; gives its address and the requests. */
async function answering(
  answer: (n: number) => Answer,
  use: (url: string, seen: Seen) => Promise<void>,
): Promise<void> {
  const seen: Seen = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      const { status, headers = {}, body = '' } = answer(seen.length);
      seen.push({ headers: request.headers, body: text ? JSON.parse(text) : undefined });
      response.writeHead(status, headers);
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function problem(status: number, code: string, ...errors: unknown[]): Answer {
  return { status, body: { detail: 'what happened', code, errors } };
}

const USER = { login: 'ada' };
const one = (): Operation => operation('create', 'm', 1, USER, { new: { a: 1 } });

describe('answers', () => {
  test('the same operations are sent again until they are answered', async () => {
    const results = [{ status: 'recorded', log_id: 'l', revision: 1 }];
    const answers: Answer[] = [
      { ...problem(503, 'overloaded'), headers: { 'retry-after': '0' } },
      { status: 502, body: '<html>a proxy</html>' },
      { status: 200, body: { results } },
    ];
    await answering(
      (n) => answers[n] as Answer,
      async (url, seen) => {
        assert.deepEqual(await new Revisor(`${url}/`, ' rvk_key\n').record([one()]), results);
        assert.equal(seen.length, 3);
        assert.equal(seen[0]?.headers.authorization, 'Bearer rvk_key');
        assert.deepEqual(seen[0]?.body, seen[2]?.body);
      },
    );
  });

  test('Retry-After is kept to', async () => {
    const answers: Answer[] = [
      { ...problem(429, 'rate_limited'), headers: { 'retry-after': '1' } },
      { status: 200, body: { results: [{ status: 'unchanged' }] } },
    ];
    const started = performance.now();
    await answering(
      (n) => answers[n] as Answer,
      async (url) => void (await new Revisor(url, 'k').record([one()])),
    );
    assert.ok(performance.now() - started >= 1000);
  });

  test('a server that stays away is told after a while', async () => {
    let gone = '';
    await answering(
      () => ({ status: 500 }),
      async (url, seen) => {
        gone = url;
        await assert.rejects(new Revisor(url, 'k').record([one()], 1), TryLater);
        assert.ok(seen.length > 1);
      },
    );
    await assert.rejects(new Revisor(gone, 'k').record([one()], 0), /REFUSED/);
  });

  test('an answer that does not come is not waited for without end', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await assert.rejects(new Revisor(url, 'k', 0.2).record([one()], 0), TryLater);
    server.closeAllConnections();
    server.close();
  });

  test('what never will be recorded is told at once and by place', async () => {
    const fault = { pointer: '/operations/0/model', code: 'missing', detail: 'is required' };
    await answering(
      () => problem(422, 'invalid_request', fault),
      async (url, seen) => {
        await assert.rejects(new Revisor(url, 'k').record([one()]), (error: Refused) => {
          assert.deepEqual([...error.faults], [[0, 'model: is required (missing)']]);
          return true;
        });
        assert.equal(seen.length, 1);
      },
    );
    const large = { status: 413, body: '<html>a proxy’s page</html>' };
    for (const answer of [problem(409, 'idempotency_conflict'), large]) {
      await answering(
        () => answer,
        (url) => assert.rejects(new Revisor(url, 'k').send(batch([]), 1), Refused),
      );
    }
  });

  test('a refused key is told at once', async () => {
    for (const status of [401, 403]) {
      await answering(
        () => problem(status, 'unauthorized'),
        async (url, seen) => {
          await assert.rejects(new Revisor(url, 'k').record([one()]), KeyRefused);
          assert.equal(seen.length, 1);
        },
      );
    }
  });

  test('another program at that address refuses nothing, and is sent no further', async () => {
    const strange: Answer[] = [
      { status: 422, body: { message: 'no' } },
      { status: 404, body: 'not here' },
      { status: 200, body: '<html>hello</html>' },
      { status: 200, body: { results: [] } },
      ...[301, 302, 303, 307, 308].map((status) => ({
        status,
        headers: { location: 'http://127.0.0.1:1/' },
      })),
    ];
    for (const answer of strange) {
      await answering(
        () => answer,
        async (url, seen) => {
          const sent = new Revisor(url, 'k').record([one()], 0);
          await assert.rejects(sent, (error) => error instanceof TryLater);
          assert.equal(seen.length, 1, 'no redirect is followed');
        },
      );
    }
  });

  test('waits grow, vary and end', () => {
    const wait = new Backoff(1, 8);
    for (const full of [1, 2, 4, 8, 8, 8]) {
      const waited = wait.next();
      assert.ok(waited >= full / 2 && waited <= full, `${waited} of ${full}`);
    }
    assert.equal(new Backoff(1, 8).next(20), 20);
    assert.equal(new Backoff(1, 8).next(1e9), 300);
  });
});

test('what is too long for the server is cut and what is empty left out', () => {
  const made = operation('unlink', 'm', 1, USER, {
    name: `\0${'z'.repeat(5_000)}`,
    context: { user_agent: '😀'.repeat(5_000), request_id: 'y'.repeat(500), ip: '' },
  });
  assert.equal(made.record_name, `\ufffd${'z'.repeat(1_999)}`);
  const expected = { user_agent: '😀'.repeat(1_000), request_id: 'y'.repeat(256) };
  assert.deepEqual(made.context, expected);
});

test('values lose nothing on the way', () => {
  class Decimal {
    toJSON(): string {
      return '0.10';
    }
  }
  const given = {
    price: new Decimal(),
    huge: 2n ** 70n,
    when: new Date('2026-11-23T12:00:00.005+01:00'),
    tags: new Set(['b', 'a']),
    photo: Buffer.from([0, 255]),
    nan: NaN,
    half: '😀'.slice(0, 1),
    smile: '😀 Ελλάδα',
    left: undefined,
    nothing: null,
    deep: [{ more: new Map([['a', 1n]]) }],
  };
  assert.deepEqual(plain(given), {
    price: '0.10',
    huge: '1180591620717411303424',
    when: '2026-11-23T11:00:00.005Z',
    tags: ['b', 'a'],
    photo: {
      binary: {
        size: 2,
        sha256: '06eb7d6a69ee19e5fbdf749018d3d2abfa04bcbd1365db312eb86dc7169389b8',
      },
    },
    nan: 'NaN',
    half: '\ufffd',
    smile: '😀 Ελλάδα',
    nothing: null,
    deep: [{ more: { a: '1' } }],
  });
});

describe('with a server', { skip: withoutServer }, () => {
  let server: Server;
  before(async () => {
    server = await Server.make();
    await server.follow('plain.thing');
  });
  after(() => server.close());

  test('an operation that is sent twice is one log', async () => {
    const revisor = new Revisor(server.url, server.key);
    const fields = [
      { name: 'price', type: 'monetary' },
      { name: 'huge', type: 'integer' },
    ];
    await revisor.declare('plain.thing', { label: 'Thing', fields });
    const made = operation('create', 'plain.thing', 'ħ/1', USER, {
      new: { price: '0.10', huge: 2n ** 70n, photo: Buffer.from([0]) },
      name: 'z\0'.repeat(5_000),
      context: { reason: 'why not', user_agent: 'x'.repeat(5_000), request_id: 'y'.repeat(500) },
    });
    const [first] = await revisor.record([made]);
    const [second] = await revisor.record([made]);
    assert.equal(first?.status, 'recorded');
    assert.equal(second?.status, 'duplicate');
    // 0.10 and 0.1 are the same amount, though one is a text.
    const same = operation('write', 'plain.thing', 'ħ/1', USER, { new: { price: 0.1 } });
    assert.deepEqual(await revisor.record([same]), [{ status: 'unchanged' }]);
    const logs = await server.logs('plain.thing');
    assert.equal(logs.length, 1);
  });

  test('a batch with a fault is refused whole and says where', async () => {
    const bad = { ...one(), model: '' };
    const sent = new Revisor(server.url, server.key).record([one(), bad]);
    await assert.rejects(sent, (error: Refused) => error.faults.has(1) && error.faults.size === 1);
  });

  test('a server that comes back is waited for', async () => {
    await server.kill();
    const back = sleep(500).then(() => server.start());
    const [result] = await new Revisor(server.url, server.key).record([one()]);
    assert.equal(result?.status, 'skipped');
    await back;
  });
});
