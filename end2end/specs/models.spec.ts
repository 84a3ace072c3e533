// Models: the list, and what a model's settings say and change.
import { expect, expectAccessible, hydrated, test } from '../fixtures';
import { HOST, unique } from '../support/environment';

const SECRET = {
  label: 'Deal',
  name_field: 'title',
  fields: [
    { name: 'title', label: 'Title', type: 'char' },
    { name: 'password', label: 'Password', type: 'char', sensitive: true },
    { name: 'margin', label: 'Margin', type: 'monetary', groups: ['Finance'] },
    { name: 'seen_at', label: 'Seen', type: 'datetime', ignored: true },
    { name: 'partner', label: 'Partner', type: 'many2one', relation: 'res.partner' },
  ],
};

for (const script of [true, false]) {
  test.describe(script ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled: script, person: 'administrator' });

    test('an administrator says who reads the logs', async ({ page, host }) => {
      const model = unique('e2e.viewers');
      await host.declare(model, SECRET);
      await page.goto('/models');
      if (script) await hydrated(page);
      await page.locator('tr', { hasText: model }).getByRole('link', { name: /^Settings of/ }).click();
      const fields = page.locator('[data-test=fields]');
      await expect(fields.getByRole('row', { name: /^Title/ })).toContainText('names the record');
      await expect(fields.getByRole('row', { name: /^Password/ })).toContainText('sensitive');
      await expect(fields.getByRole('row', { name: /^Margin/ })).toContainText('Finance');
      await expect(fields.getByRole('row', { name: /^Seen/ })).toContainText('ignored');
      await expect(fields.getByRole('row', { name: /^Partner/ })).toContainText('res.partner');
      const form = page.getByRole('form', { name: 'Who reads its logs' });
      await form.locator('#groups-add').fill('Readers, inside');
      await form.getByRole('button', { name: 'Add' }).click();
      await expect(form.getByRole('checkbox', { name: 'Readers, inside' })).toBeChecked();
      await form.getByRole('button', { name: 'Save' }).click();
      await expect(page.locator('.notice-good')).toContainText('Saved');
      await page.goto('/models');
      await expect(page.locator('tr', { hasText: model })).toContainText('Readers, inside');
    });
  });
}

test.describe('as an auditor', () => {
  test.use({ person: 'auditor' });

  test('who reads is seen and not changed', async ({ page, host, baseURL }) => {
    const model = unique('e2e.read');
    await host.declare(model, SECRET);
    await page.goto(`/models/${model}?host=${HOST}`);
    await expect(page.locator('#viewers')).toContainText('Only administrators and auditors.');
    await expect(page.locator('#viewers').getByRole('button')).toHaveCount(0);
    const answer = await page.request.post('/fn/models/viewers', {
      form: { host: HOST, model, 'groups[]': 'Everybody' },
      headers: { origin: baseURL ?? '', accept: 'application/json' },
    });
    expect(answer.status()).toBe(403);
  });
});

test.describe('as a salesperson', () => {
  test.use({ person: 'salesperson' });

  test('a model of others is not found', async ({ page, watch, shell, host }) => {
    watch.tolerateStatus(404);
    const model = unique('e2e.others');
    await host.declare(model, SECRET);
    const answer = await page.goto(`/models/${model}?host=${HOST}`);
    expect(answer?.status()).toBe(404);
    await expect(shell.failure).toBeVisible();
    // Of one's own, fields are told, and not who else reads.
    await page.goto(`/models/crm.lead?host=${HOST}`);
    await expect(page.locator('[data-test=fields] tbody tr').first()).toBeVisible();
    await expect(page.locator('#viewers')).toHaveCount(0);
    await page.goto('/models');
    await expect(page.getByRole('columnheader', { name: 'Fields' })).toBeVisible();
    await expect(page.getByRole('columnheader', { name: 'Readable by' })).toHaveCount(0);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ person: 'administrator', colorScheme });

    test('the pages of models are accessible', async ({ page }) => {
      for (const address of ['/models', `/models/crm.lead?host=${HOST}`]) {
        await page.goto(address);
        await expectAccessible(page);
      }
    });
  });
}
