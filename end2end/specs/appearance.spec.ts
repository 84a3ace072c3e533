// Every page in light and dark, on a desk, a tablet and a phone: pictures for people to look at,
// no scrolling sideways, and nothing that axe finds.
import { expect, expectAccessible, expectNoOverflow, hydrated, picture, test } from '../fixtures';
import { HOST } from '../support/environment';
import type { Host } from '../support/host';

const WIDTHS = [1280, 768, 360];
const THEMES = ['light', 'dark'] as const;

interface View {
  name: string;
  status?: number;
  address: string | ((host: Host) => Promise<string>);
}

async function logOf(host: Host, ...parameters: [string, string][]): Promise<string> {
  const [log] = await host.logs([['host', HOST], ...parameters]);
  if (!log) throw new Error(`the demo has no log of ${parameters.join()}`);
  return log.id;
}

/** The deal of the demo that somebody changed outside the trail. */
async function deal(host: Host): Promise<{ id: string; record: string }> {
  const logs = await host.logs([
    ['host', HOST],
    ['model', 'crm.lead'],
    ['q', 'Forty delivery bicycles'],
  ]);
  const log = logs.find((one) => 'unrecorded_changes' in one);
  if (!log) throw new Error('the demo has no log with a change outside the trail');
  return { id: log.id, record: log.record_id };
}

const SIGNED_IN: View[] = [
  { name: 'logs', address: '/logs' },
  { name: 'logs-filtered', address: '/logs?host=crm&model=crm.lead&operation=write&field=stage' },
  { name: 'logs-none', address: '/logs?q=nothing-has-this-text&model=crm.lead' },
  { name: 'logs-selected', address: async (host) => {
    const lead = await logOf(host, ['model', 'crm.lead']);
    const user = await logOf(host, ['model', 'res.users']);
    return `/logs/selected?log=${lead}&log=${user}`;
  } },
  { name: 'log', address: async (host) => `/logs/${(await deal(host)).id}` },
  { name: 'log-create', address: async (host) =>
    `/logs/${await logOf(host, ['model', 'crm.lead'], ['operation', 'create'])}` },
  { name: 'log-unlink', address: async (host) =>
    `/logs/${await logOf(host, ['model', 'crm.lead'], ['operation', 'unlink'])}` },
  { name: 'log-sensitive', address: async (host) =>
    `/logs/${await logOf(host, ['model', 'res.users'], ['field', 'password'])}` },
  { name: 'log-product', address: async (host) =>
    `/logs/${await logOf(host, ['model', 'product.template'])}` },
  { name: 'history', address: async (host) =>
    `/records/crm.lead/${(await deal(host)).record}?host=${HOST}&revision=6` },
  { name: 'history-order', address: async (host) => {
    const id = await logOf(host, ['model', 'sale.order'], ['field', 'order_line']);
    return `/records/sale.order/${(await host.log(id)).record_id}?host=${HOST}`;
  } },
  { name: 'history-deleted', address: async (host) => {
    const id = await logOf(host, ['model', 'crm.lead'], ['operation', 'unlink']);
    return `/records/crm.lead/${(await host.log(id)).record_id}?host=${HOST}`;
  } },
  { name: 'models', address: '/models' },
  { name: 'records-leads', address: `/models/crm.lead/records?host=${HOST}&deleted=all` },
  { name: 'records-products', address: `/models/product.template/records?host=${HOST}` },
  { name: 'records-users', address: `/models/res.users/records?host=${HOST}` },
  { name: 'rules', address: '/rules?active=all&done=saved' },
  { name: 'rule-new', address: '/rules/new?host=crm&model=crm.lead' },
  { name: 'rule-wrong', address:
    '/rules/new?error=invalid_request&name=&host=crm&model=crm.lead&log_write=false' +
    '&fault=too_long+%2Fname+at+most+64+characters' },
  { name: 'rule-delete', address: async (host) => {
    const [rule] = await host.rules('crm.lead');
    return `/rules/${rule?.id}/delete`;
  } },
  { name: 'overview', address: '/overview' },
  { name: 'users', address: '/users' },
  { name: 'users-groups', address: '/users/groups' },
  { name: 'user-new', address: '/users/new' },
  { name: 'me', address: '/me' },
  { name: 'integrity', address: '/integrity' },
  { name: 'find', address: '/find?q=bicycles' },
  { name: 'not-found', status: 404, address: '/logs/01a20792-0000-7000-8000-000000000000' },
  { name: 'no-such-page', status: 404, address: '/no/such/page' },
  { name: 'not-understood', status: 422, address: '/logs?colour=red&operation=paint' },
];

const SIGNED_OUT: View[] = [
  { name: 'sign-in', address: '/sign-in' },
  { name: 'sign-in-wrong', address: '/sign-in?error=wrong_credentials&login=admin&next=%2Frules' },
];

const LIMITED: View[] = [{ name: 'rules-forbidden', status: 403, address: '/rules' }];

for (const [person, views] of [
  ['administrator', SIGNED_IN],
  ['salesperson', LIMITED],
  [undefined, SIGNED_OUT],
] as const) {
  test.describe(person ? `as ${person}` : 'as nobody', () => {
    test.use({ person });

    for (const { name, status = 200, address } of views) {
      test(name, async ({ page, watch, host }) => {
        if (status !== 200) watch.tolerateStatus(status);
        const answer = await page.goto(typeof address === 'string' ? address : await address(host));
        expect(answer?.status()).toBe(status);
        await hydrated(page);
        await expect(page).toHaveTitle(/Revisor$/);
        for (const colorScheme of THEMES) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          for (const width of WIDTHS) {
            await page.setViewportSize({ width, height: width === 360 ? 740 : 800 });
            await expectNoOverflow(page);
            await picture(page, `${name}-${width}-${colorScheme}`);
            if (width !== 768) await expectAccessible(page);
          }
        }
      });
    }
  });
}

test.describe('with a line selected', () => {
  test.use({ person: 'administrator' });

  test('records-selected', async ({ page, recordsPage }) => {
    await recordsPage.open('crm.lead');
    await hydrated(page);
    for (const line of [0, 1, 2]) await recordsPage.rows.nth(line).getByRole('checkbox').check();
    await recordsPage.selection.bar.locator('summary').click();
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: width === 360 ? 740 : 800 });
        await expectNoOverflow(page);
        await expect(
          recordsPage.selection.bar.getByRole('button', { name: 'View audit logs' }),
        ).toBeInViewport();
        await picture(page, `records-selected-${width}-${colorScheme}`);
      }
      await expectAccessible(page);
    }
  });

  test('keyboard-help', async ({ page }) => {
    await page.goto('/logs');
    await page.getByRole('button', { name: /Keyboard/ }).click();
    await expect(page.locator('#keys')).toBeVisible();
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await picture(page, `keyboard-help-1280-${colorScheme}`);
      await expectAccessible(page);
    }
  });

  test('user-menu', async ({ page, shell }) => {
    await page.goto('/logs');
    await hydrated(page);
    await shell.userMenu.locator('summary').click();
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: width === 360 ? 740 : 800 });
      await expectNoOverflow(page);
      await expect(shell.userMenu.getByRole('button', { name: 'Sign out' })).toBeInViewport();
      await picture(page, `user-menu-${width}-light`);
    }
    await expectAccessible(page);
  });
});
