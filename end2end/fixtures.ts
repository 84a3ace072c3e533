// What every spec imports instead of '@playwright/test': the same, but a test fails on any console
// error or warning, uncaught error, breach of the content security policy, or request to another
// origin, and it gets page objects, somebody signed in, a host that reports, and an accessibility
// check.
import AxeBuilder from '@axe-core/playwright';
import { test as base, expect, request, type Page } from '@playwright/test';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ContactsPage } from './pages/contacts';
import { HistoryPage } from './pages/history';
import { HostPage, HostsPage, NewKeyPage } from './pages/hosts';
import { LogPage } from './pages/log';
import { LogsPage } from './pages/logs';
import { MePage } from './pages/me';
import { OverviewPage } from './pages/overview';
import { Palette } from './pages/palette';
import { RecordsPage } from './pages/records';
import { CoveragePage, DeleteRulePage, RuleForm, RulesPage } from './pages/rules';
import { Shell } from './pages/shell';
import { SignInPage } from './pages/sign-in';
import { UserPage, UsersPage } from './pages/users';
import { needed, PEOPLE, type Person } from './support/environment';
import { Host } from './support/host';

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

  /** Pages of this test are refused on purpose, with that status: the browser tells so. */
  tolerateStatus(status: number): void {
    this.tolerate(new RegExp(`Failed to load resource: .* status of ${status}`));
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
      if (message.type() === 'error' || message.type() === 'warning') {
        // A breach of the content security policy and a failed hydration are told here too.
        this.note(`console ${message.type()}: ${message.text()} (${message.location().url})`);
      }
    });
    page.on('pageerror', (error) => this.note(`uncaught: ${error.message}`));
    page.on('dialog', (dialog) => {
      this.note(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
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
      // The router listens for clicks from the moment at which wasm has taken the page over.
      const listen = window.addEventListener.bind(window) as (...all: unknown[]) => void;
      Object.assign(window, {
        addEventListener: (type: string, ...rest: unknown[]) => {
          if (type === 'click') Object.assign(window, { __hydrated: true });
          listen(type, ...rest);
        },
      });
    });
  }
}

/** Waits until wasm has taken the page over: from then on a click loads no page. */
export async function hydrated(page: Page): Promise<void> {
  await expect
    .poll(() => page.evaluate(() => '__hydrated' in window), { message: 'the page is hydrated' })
    .toBe(true);
}

/** Leaves a mark in the page that no load of a page survives. */
export async function mark(page: Page): Promise<void> {
  await hydrated(page);
  await page.evaluate(() => Object.assign(window, { __mark: true }));
}

/** Whether the page is still the one that was marked. */
export async function isMarked(page: Page): Promise<boolean> {
  return page.evaluate(() => '__mark' in window);
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
  expect.soft(told, `axe on ${page.url()}`).toEqual([]);
}

/** Fails where the page is wider than the window: a person would have to scroll sideways. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const [width, window_] = await page.evaluate(() => [
    document.scrollingElement?.scrollWidth ?? 0,
    window.innerWidth,
  ]);
  expect.soft(width, `the width of ${page.url()}`).toBeLessThanOrEqual(window_ ?? 0);
}

/** A picture of the whole page, named for people, in `artefacts/`. */
export async function picture(page: Page, name: string): Promise<void> {
  await mkdir(ARTEFACTS, { recursive: true });
  await page.screenshot({ path: join(ARTEFACTS, `${name}.png`), fullPage: true });
}

interface Options {
  /** Who is signed in; nobody, unless a spec says so. */
  person: Person | undefined;
}

interface Fixtures {
  /** What went wrong beside what the test looks at; checked after every test. */
  watch: Watch;
  shell: Shell;
  signInPage: SignInPage;
  logsPage: LogsPage;
  logPage: LogPage;
  recordsPage: RecordsPage;
  historyPage: HistoryPage;
  rulesPage: RulesPage;
  ruleForm: RuleForm;
  deleteRulePage: DeleteRulePage;
  coveragePage: CoveragePage;
  hostsPage: HostsPage;
  hostPage: HostPage;
  newKeyPage: NewKeyPage;
  overviewPage: OverviewPage;
  usersPage: UsersPage;
  userPage: UserPage;
  mePage: MePage;
  palette: Palette;
  /** The example of a host, in a window of its own; watched as the pages here are. */
  contactsPage: ContactsPage;
}

type Session = { cookies: never[]; origins: never[] };

interface Shared {
  /** The host of the demo, which reports operations. */
  host: Host;
  /** A session of a person, made once. */
  session: (person: Person) => Promise<Session>;
}

const server = process.env.REVISOR_E2E_URL ?? 'http://127.0.0.1:3000';

export const test = base.extend<Options & Fixtures, Shared>({
  person: [undefined, { option: true }],
  host: [
    async ({}, use) => {
      const host = await Host.of(server);
      await use(host);
      await host.close();
    },
    { scope: 'worker' },
  ],
  session: [
    async ({}, use) => {
      const known = new Map<Person, Session>();
      await use(async (person) => {
        const found = known.get(person);
        if (found) return found;
        const { login, password } = PEOPLE[person];
        const context = await request.newContext({ baseURL: server });
        const answer = await context.post('/sign-in', {
          form: { login, password },
          maxRedirects: 0,
        });
        expect(answer.headers().location, `${login} signs in`).toBe('/');
        const session = (await context.storageState()) as Session;
        await context.dispose();
        known.set(person, session);
        return session;
      });
    },
    { scope: 'worker' },
  ],
  storageState: async ({ person, session }, use) => {
    await use(person ? await session(person) : undefined);
  },
  watch: [
    async ({ page, baseURL, javaScriptEnabled }, use) => {
      const watch = new Watch();
      // Chromium asks for what is preloaded even where no script may use it.
      if (javaScriptEnabled === false) watch.tolerate(/was preloaded using link preload/);
      await watch.follow(page, baseURL ?? '');
      await use(watch);
      expect(watch.unexpected(), 'nothing goes wrong in the browser').toEqual([]);
    },
    { auto: true },
  ],
  shell: async ({ page }, use) => use(new Shell(page)),
  signInPage: async ({ page }, use) => use(new SignInPage(page)),
  logsPage: async ({ page }, use) => use(new LogsPage(page)),
  logPage: async ({ page }, use) => use(new LogPage(page)),
  recordsPage: async ({ page }, use) => use(new RecordsPage(page)),
  historyPage: async ({ page }, use) => use(new HistoryPage(page)),
  rulesPage: async ({ page }, use) => use(new RulesPage(page)),
  ruleForm: async ({ page }, use) => use(new RuleForm(page)),
  deleteRulePage: async ({ page }, use) => use(new DeleteRulePage(page)),
  coveragePage: async ({ page }, use) => use(new CoveragePage(page)),
  hostsPage: async ({ page }, use) => use(new HostsPage(page)),
  hostPage: async ({ page }, use) => use(new HostPage(page)),
  newKeyPage: async ({ page }, use) => use(new NewKeyPage(page)),
  overviewPage: async ({ page }, use) => use(new OverviewPage(page)),
  usersPage: async ({ page }, use) => use(new UsersPage(page)),
  userPage: async ({ page }, use) => use(new UserPage(page)),
  mePage: async ({ page }, use) => use(new MePage(page)),
  palette: async ({ page }, use) => use(new Palette(page)),
  contactsPage: async ({ browser }, use) => {
    const address = needed('REVISOR_E2E_CONTACTS_URL');
    const context = await browser.newContext({
      baseURL: address,
      storageState: { cookies: [], origins: [] },
    });
    const page = await context.newPage();
    const watch = new Watch();
    // A form that is sent with a fault is answered so.
    watch.tolerateStatus(422);
    await watch.follow(page, address);
    await use(new ContactsPage(page));
    await context.close();
    expect(watch.unexpected(), 'nothing goes wrong in the contacts').toEqual([]);
  },
});

export { expect };
