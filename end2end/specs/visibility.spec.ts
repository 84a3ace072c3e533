// Who sees what: a salesperson sees leads, contacts and orders; no products, no users, no margin.
import { expect, hydrated, test } from '../fixtures';
import { HOST } from '../support/environment';
import type { Host, Log } from '../support/host';

const OF_SALES = ['crm.lead', 'res.partner', 'sale.order', 'sale.order.line'];

async function newest(host: Host, parameters: [string, string][]): Promise<Log> {
  const [log] = await host.logs([['host', HOST], ...parameters]);
  if (!log) throw new Error(`the demo has no log of ${parameters.join()}`);
  return log;
}

for (const script of [true, false]) {
  test.describe(script ? 'with wasm' : 'without JavaScript', () => {
    test.use({ person: 'salesperson', javaScriptEnabled: script });

    test('lists hold nothing of other models', async ({ page, host, logsPage, recordsPage }) => {
      await recordsPage.openModels();
      if (script) await hydrated(page);
      await expect(recordsPage.models).toHaveCount(OF_SALES.length);
      const models = await recordsPage.models.locator('td:nth-child(2) code').allTextContents();
      expect([...models].sort()).toEqual([...OF_SALES].sort());

      await logsPage.open();
      await expect(logsPage.rows).toHaveCount(50);
      const shown = await logsPage.rows.locator('.model-tag').evaluateAll((tags) =>
        tags.map((tag) => tag.getAttribute('title')),
      );
      expect(shown.filter((model) => !OF_SALES.includes(model ?? ''))).toEqual([]);
      // Nor is one of them offered to narrow the list down by.
      const page_ = await page.content();
      expect(page_.includes('model%3Asale.order')).toBe(true);
      // The facets of models name them in links: `model%3A…`.
      for (const model of ['product.template', 'res.users', 'model%3Arevisor']) {
        expect(page_.includes(model), model).toBe(false);
      }

      for (const model of ['product.template', 'res.users']) {
        await newest(host, [['model', model]]);
        await logsPage.open({ model });
        await expect(page.getByRole('heading', { name: 'No log matches' })).toBeVisible();
        await expect(logsPage.rows).toHaveCount(0);
      }
      // Nor by the text of one.
      const product = await newest(host, [['model', 'product.template']]);
      await logsPage.open({ q: product.record_name ?? '', operation: 'write', field: 'list_price' });
      await expect(logsPage.rows).toHaveCount(0);
    });

    test('an address typed finds nothing, as if it did not exist', async ({
      page,
      watch,
      host,
      shell,
    }) => {
      watch.tolerateStatus(404);
      const told = async (address: string) => {
        const answer = await page.goto(address);
        expect(answer?.status(), address).toBe(404);
        if (script) await hydrated(page);
        await expect(shell.failure).toContainText('Nothing was found here');
        return (await shell.failure.innerText()).replace(/Request .*/, '');
      };
      const missing = await told('/logs/01a20792-0000-7000-8000-000000000000');
      for (const model of ['product.template', 'res.users']) {
        const log = await newest(host, [['model', model]]);
        expect(await told(`/logs/${log.id}`)).toBe(missing);
        expect(await told(`/records/${model}/${log.record_id}?host=${HOST}`)).toBe(missing);
        const selected = async (id: string) => {
          expect((await page.goto(`/logs/selected?log=${id}`))?.status()).toBe(200);
          return shell.main.innerText();
        };
        const none = await selected('01a20792-0000-7000-8000-000000000000');
        expect(await selected(log.id)).toBe(none);
        await told(`/models/${model}/records?host=${HOST}`);
      }
    });

    test('the margin of an order is not there', async ({ page, host, logPage, historyPage }) => {
      const log = await newest(host, [
        ['model', 'sale.order'],
        ['field', 'margin'],
        ['operation', 'write'],
      ]);
      expect(log.changes.length).toBeGreaterThan(1);
      await logPage.open(log.id);
      if (script) await hydrated(page);
      await expect(logPage.changes).toHaveCount(log.changes.length - 1);
      expect(await page.content()).not.toMatch(/margin/i);
      await historyPage.open('sale.order', log.record_id);
      await expect(historyPage.field('amount_total').now).toBeVisible();
      expect(await page.content()).not.toMatch(/>Margin|"margin"|>margin/);
      await page.goto(`/models/sale.order/records?host=${HOST}`);
      await expect(page.locator('[data-test=records] tbody tr').first()).toBeVisible();
      expect(await page.content()).not.toMatch(/>Margin|"margin"|>margin/);
      await page.goto(`/logs?model=sale.order&field=margin`);
      await expect(page.getByRole('heading', { name: 'No log matches' })).toBeVisible();
    });
  });
}

for (const person of ['administrator', 'auditor'] as const) {
  test.describe(`as an ${person}`, () => {
    test.use({ person });

    test('everything is seen', async ({ page, host, logPage, recordsPage }) => {
      const log = await newest(host, [
        ['model', 'sale.order'],
        ['field', 'margin'],
        ['operation', 'write'],
      ]);
      await logPage.open(log.id);
      await hydrated(page);
      await expect(logPage.change('margin').new).toBeVisible();
      await recordsPage.openModels();
      for (const model of [...OF_SALES, 'product.template', 'res.users']) {
        await expect(recordsPage.models.filter({ hasText: model }).first()).toBeVisible();
      }
    });
  });
}

test.describe('two people in one browser', () => {
  test.use({ person: 'administrator' });

  test('what one saw is not kept for the next', async ({ page, context, host, watch, session, shell }) => {
    watch.tolerateStatus(404);
    const log = await newest(host, [['model', 'res.users']]);
    await page.goto(`/logs/${log.id}`);
    await hydrated(page);
    await expect(shell.main).toContainText('User');
    const { cookies } = await session('salesperson');
    await context.clearCookies();
    await context.addCookies(cookies);
    await page.goto('/logs');
    await page.goBack();
    await expect(shell.failure).toContainText('Nothing was found here');
  });
});
