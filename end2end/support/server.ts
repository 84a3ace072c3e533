// A server of a test's own: empty, in a folder of its own, on a port of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { needed } from './environment';

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

export class EmptyServer {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
    private readonly folder: string,
  ) {}

  /** Starts one and waits until it is ready. */
  static async start(): Promise<EmptyServer> {
    const program = needed('REVISOR_E2E_PROGRAM');
    const site = needed('REVISOR_SITE_ROOT');
    const folder = await mkdtemp(join(tmpdir(), 'revisor-e2e-'));
    const address = `127.0.0.1:${await freePort()}`;
    const environment = { ...process.env };
    // Its own database, whatever the tests' surroundings use.
    delete environment.DATABASE_URL;
    delete environment.REVISOR_CONFIG;
    const child = spawn(program, ['serve'], {
      cwd: folder,
      env: {
        ...environment,
        REVISOR_ADDR: address,
        REVISOR_DATA_DIR: folder,
        REVISOR_SITE_ROOT: site,
        REVISOR_LOG: 'warn',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const server = new EmptyServer(`http://${address}`, child, folder);
    try {
      await server.ready();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  private async ready(): Promise<void> {
    const until = Date.now() + 30_000;
    while (Date.now() < until) {
      if (this.process.exitCode !== null) {
        throw new Error(`the server ended with ${this.process.exitCode}`);
      }
      const answer = await fetch(`${this.url}/readyz`).catch(() => undefined);
      if (answer?.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('the server did not become ready within 30 s');
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const ended = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      await ended;
    }
    await rm(this.folder, { recursive: true, force: true });
  }
}
