// wasm takes over what the server rendered, and from then on a click loads no page. Every test
// fails on an error or a warning in the console, so each visit here is also a test of hydration.
import { expect, hydrated, isMarked, mark, test } from '../fixtures';
import { HOST, unique } from '../support/environment';

test.use({ person: 'administrator' });

test('the pages are reached without loading one', async ({
  page,
  shell,
  logsPage,
  logPage,
  historyPage,
  recordsPage,
  rulesPage,
  ruleForm,
}) => {
  await logsPage.open({ model: 'crm.lead', operation: 'write' });
  await mark(page);
  await logsPage.rows.first().locator('a.row-link').click();
  await expect(logPage.changes.first()).toBeVisible();
  await logPage.openHistory();
  await expect(historyPage.heading).toBeVisible();
  await shell.go('Records');
  await expect(recordsPage.models.first()).toBeVisible();
  await recordsPage.choose('crm.lead');
  await expect(recordsPage.rows.first()).toBeVisible();
  await shell.go('Rules');
  await expect(rulesPage.rows.first()).toBeVisible();
  await rulesPage.rows.first().locator('a.row-link').click();
  await expect(ruleForm.name).toHaveValue(/./);
  await page.getByRole('link', { name: 'Delete' }).click();
  await expect(page.getByRole('link', { name: 'Keep it' })).toBeVisible();
  await shell.go('Logs');
  await expect(logsPage.rows.first()).toBeVisible();
  expect(await isMarked(page)).toBe(true);
});

test('a filter, a page and a switch load no page', async ({ page, host, logsPage, rulesPage }) => {
  await logsPage.open();
  await mark(page);
  await logsPage.find('bicycles');
  await expect(page).toHaveURL(/\/logs\?q=bicycles$/);
  await expect(logsPage.rows.first()).toContainText('bicycles');
  await logsPage.chips.first().click();
  await expect(page).toHaveURL(/\/logs$/);
  await expect(logsPage.rows).toHaveCount(50);
  const newest = await logsPage.ids();
  await logsPage.pager('Older').click();
  await expect(page).toHaveURL(/cursor=/);
  await expect.poll(() => logsPage.ids()).not.toEqual(newest);
  expect(await isMarked(page)).toBe(true);

  const model = unique('e2e.switch');
  const rule = await host.follow(model);
  await rulesPage.open(`?model=${model}`);
  await mark(page);
  await rulesPage.switch('Update', rule.name).click();
  await expect(rulesPage.switch('Update', rule.name)).not.toBeChecked();
  expect(await isMarked(page)).toBe(true);
});

const addresses: Record<string, string> = {
  'the list of logs': '/logs',
  'a filtered list of logs': '/logs?model=crm.lead&operation=write&order=asc',
  'a list of logs without a match': '/logs?q=nothing-has-this-text',
  'logs chosen by nobody': '/logs/selected',
  'the models': '/models',
  'the records of a model': `/models/crm.lead/records?host=${HOST}`,
  'deleted records': `/models/crm.lead/records?host=${HOST}&deleted=true`,
  'records of orders': `/models/sale.order/records?host=${HOST}`,
  'records of products': `/models/product.template/records?host=${HOST}`,
  'the rules': '/rules?active=all',
  'a new rule': '/rules/new',
};

for (const [name, address] of Object.entries(addresses)) {
  test(`${name}: taken over without a word in the console`, async ({ page, shell }) => {
    const answer = await page.goto(address);
    expect(answer?.status()).toBe(200);
    await hydrated(page);
    await expect(shell.failure).toHaveCount(0);
    await expect(page.getByRole('heading', { level: 1 })).toHaveCount(1);
  });
}

test('logs of every model are taken over without a word in the console', async ({
  page,
  host,
  logPage,
  historyPage,
}) => {
  const models = ['crm.lead', 'res.partner', 'product.template', 'sale.order', 'res.users'];
  for (const model of models) {
    const [log] = await host.logs([
      ['model', model],
      ['operation', 'write'],
    ]);
    if (!log) throw new Error(`the demo has no log of ${model}`);
    await logPage.open(log.id);
    await hydrated(page);
    await expect(logPage.changes).toHaveCount(log.changes.length);
    await historyPage.open(model, log.record_id);
    await hydrated(page);
    await expect(historyPage.fields.first()).toBeVisible();
  }
});

test('what the server sends is complete before wasm', async ({ request }) => {
  const text = await (await request.get('/logs')).text();
  expect(text.match(/class="row-link"/g)).toHaveLength(50);
});

test('the keyboard goes through the list', async ({ page, logsPage, logPage, rulesPage }) => {
  await logsPage.open();
  await hydrated(page);
  await page.keyboard.press('j');
  await expect(logsPage.rows.nth(0).locator('a.row-link')).toBeFocused();
  await page.keyboard.press('j');
  await expect(logsPage.rows.nth(1).locator('a.row-link')).toBeFocused();
  await page.keyboard.press('x');
  await expect(logsPage.rows.nth(1).getByRole('checkbox')).toBeChecked();
  await expect(logsPage.selection.bar).toBeVisible();
  await page.keyboard.press('k');
  await expect(logsPage.rows.nth(0).locator('a.row-link')).toBeFocused();
  await page.keyboard.press('/');
  await expect(logsPage.search).toBeFocused();
  await page.keyboard.press('j');
  await expect(logsPage.search).toHaveValue('j');
  await logsPage.search.blur();
  await page.keyboard.press('?');
  await expect(page.locator('#keys')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.locator('#keys')).toBeHidden();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await expect(logPage.changes.first()).toBeVisible();
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await expect(rulesPage.rows.first()).toBeVisible();
});
