// What every spec imports instead of '@playwright/test': the same, but a test fails on any console
// error, uncaught error, breach of the content security policy, or request to another origin, and
// it gets page objects and an accessibility check.
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { SignInPage } from './pages/sign-in';

/** Where pictures for people to look at go; not part of the repository. */
const ARTEFACTS = join(dirname(fileURLToPath(import.meta.url)), 'artefacts');

/** What went wrong in a page beside what the test looks at. */
export class Watch {
  /** Problems so far, in words. */
  readonly problems: string[] = [];
  private readonly tolerated: RegExp[] = [];

  /** Problems that match are expected by this test: a 404 asked for on purpose, for example. */
  tolerate(pattern: RegExp): void {
    this.tolerated.push(pattern);
  }

  /** Notes a problem. */
  note(problem: string): void {
    this.problems.push(problem);
  }

  /** The problems that nobody said to expect. */
  unexpected(): string[] {
    return this.problems.filter((problem) => !this.tolerated.some((it) => it.test(problem)));
  }

  /** Watches a page, and all that it asks for. */
  async follow(page: Page, origin: string): Promise<void> {
    page.on('console', (message) => {
      if (message.type() === 'error') {
        // A breach of the content security policy is told here too.
        this.note(`console: ${message.text()} (${message.location().url})`);
      }
    });
    page.on('pageerror', (error) => this.note(`uncaught: ${error.message}`));
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (/^(https?|wss?):$/.test(url.protocol) && url.host !== new URL(origin).host) {
        this.note(`another origin: ${request.url()}`);
      }
    });
    await page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
  }
}

/** Fails on faults of accessibility that axe finds in the page as it is now (WCAG 2.2 AA). */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const told = violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.map((node) => node.target.join(' ')),
  }));
  expect(told).toEqual([]);
}

/** A picture of the whole page, named for people, in `artefacts/`. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(ARTEFACTS, { recursive: true });
  await page.screenshot({ path: join(ARTEFACTS, `${name}.png`), fullPage: true });
}

interface Fixtures {
  /** What went wrong beside what the test looks at; checked after every test. */
  watch: Watch;
  signInPage: SignInPage;
}

export const test = base.extend<Fixtures>({
  watch: [
    async ({ page, baseURL }, use) => {
      const watch = new Watch();
      await watch.follow(page, baseURL ?? '');
      await use(watch);
      expect(watch.unexpected(), 'nothing goes wrong in the browser').toEqual([]);
    },
    { auto: true },
  ],
  signInPage: async ({ page }, use) => {
    await use(new SignInPage(page));
  },
});

export { expect };
