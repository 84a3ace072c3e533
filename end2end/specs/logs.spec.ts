// The list of logs and the page of one: filters, pages, and what is told of values.
import { expect, hydrated, test } from '../fixtures';
import { HOST, unique } from '../support/environment';
import type { Operation } from '../support/host';

test.use({ person: 'administrator' });

/** Operations on four records by two users, the last of them a deletion. */
function story(model: string): Operation[] {
  const marc = { login: 'marc', name: 'Marc Dubois' };
  const helena = { login: 'helena', name: 'Helena Novak' };
  const of = (id: string) => ({ model, record_id: id, record_name: `Basket ${id}` });
  return [
    { ...of('a'), operation: 'create', user: marc, new: { colour: 'red', size: 1 } },
    { ...of('b'), operation: 'create', user: helena, new: { colour: 'green', size: 1 } },
    { ...of('a'), operation: 'write', user: helena, old: { colour: 'red' }, new: { colour: 'blue' } },
    { ...of('b'), operation: 'write', user: marc, old: { size: 1 }, new: { size: 2 } },
    { ...of('a'), operation: 'unlink', user: marc, old: { colour: 'blue', size: 1 } },
  ];
}

for (const script of [true, false]) {
  test.describe(script ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled: script });

    test('filters narrow the list, and chips take them away', async ({ page, host, logsPage }) => {
      const model = unique('e2e.filter');
      await host.follow(model);
      const [createA, , writeA, writeB, unlinkA] = await host.record(...story(model));
      await logsPage.open({ model });
      if (script) await hydrated(page);
      await expect(logsPage.rows).toHaveCount(5);
      await expect(logsPage.model).toHaveValue(model);

      await logsPage.operation('Write').check();
      await logsPage.operation('Unlink').check();
      await logsPage.filter();
      await expect(logsPage.rows).toHaveCount(3);
      expect(await logsPage.ids()).toEqual([unlinkA, writeB, writeA]);

      await logsPage.user.fill('marc');
      await logsPage.filter();
      await expect(logsPage.rows).toHaveCount(2);
      expect(await logsPage.ids()).toEqual([unlinkA, writeB]);
      await expect(logsPage.chips).toHaveCount(4);

      await logsPage.unfold();
      await logsPage.field('field').fill('colour');
      await logsPage.filter();
      await expect(logsPage.rows).toHaveCount(1);
      expect(await logsPage.ids()).toEqual([unlinkA]);

      await logsPage.chip('Operation').first().click();
      await expect(logsPage.chip('Operation')).toHaveCount(1);
      await logsPage.chip('Operation').click();
      await expect(logsPage.rows).toHaveCount(2);
      expect(await logsPage.ids()).toEqual([unlinkA, createA]);
      await expect(logsPage.operation('Write')).not.toBeChecked();
      await logsPage.chip('User').click();
      await expect(logsPage.rows).toHaveCount(4);
      await expect(logsPage.user).toHaveValue('');
      await logsPage.chip('Field').click();
      await expect(logsPage.rows).toHaveCount(5);
      await logsPage.chip('Model').click();
      await expect(page).toHaveURL(/\/logs$/);
      await expect(logsPage.model).toHaveValue('');
    });

    test('older and newer pages hold every log once', async ({ page, host, logsPage }) => {
      const model = unique('e2e.page');
      await host.follow(model);
      const ids = await host.record(
        ...Array.from({ length: 120 }, (_, at) => ({
          operation: 'create' as const,
          model,
          record_id: String(at),
          record_name: `Sheet ${at}`,
          new: { at },
        })),
      );
      const expected = [...ids].reverse();
      await logsPage.open({ model });
      if (script) await hydrated(page);
      await expect(logsPage.pager('Newest')).toHaveCount(0);
      await expect(logsPage.rows).toHaveCount(50);
      expect(await logsPage.ids()).toEqual(expected.slice(0, 50));
      await logsPage.pager('Older').click();
      await expect(logsPage.row('Sheet 69')).toBeVisible();
      expect(await logsPage.ids()).toEqual(expected.slice(50, 100));
      await logsPage.pager('Older').click();
      await expect(logsPage.rows).toHaveCount(20);
      expect(await logsPage.ids()).toEqual(expected.slice(100));
      await expect(logsPage.pager('Older')).toHaveCount(0);

      await page.goBack();
      await expect(logsPage.row('Sheet 69')).toBeVisible();
      expect(await logsPage.ids()).toEqual(expected.slice(50, 100));
      await page.goBack();
      await expect(logsPage.row('Sheet 119')).toBeVisible();
      expect(await logsPage.ids()).toEqual(expected.slice(0, 50));
      await page.goForward();
      await expect(logsPage.row('Sheet 69')).toBeVisible();
      await logsPage.pager('Newest').click();
      await expect(logsPage.row('Sheet 119')).toBeVisible();
      await expect(page).toHaveURL((url) => !url.searchParams.has('cursor'));
    });

    test('the search finds names and values', async ({ page, host, logsPage }) => {
      const model = unique('e2e.search');
      await host.follow(model);
      const word = unique('zebra').replaceAll('.', '');
      const of = (id: string) => ({ model, record_id: id });
      const [named, , valued] = await host.record(
        { ...of('1'), operation: 'create', record_name: `A ${word} in the name`, new: { x: 1 } },
        { ...of('2'), operation: 'create', record_name: 'Nothing', new: { x: 2 } },
        {
          ...of('2'),
          operation: 'write',
          record_name: 'Nothing',
          old: { note: `was ${word}` },
          new: { note: 'is a horse' },
        },
      );
      await logsPage.open();
      if (script) await hydrated(page);
      await logsPage.search.fill(word);
      await logsPage.filter();
      await expect(logsPage.rows).toHaveCount(2);
      expect(await logsPage.ids()).toEqual([valued, named]);
      await expect(logsPage.search).toHaveValue(word);
    });

    test('a list without a match says what to do', async ({ page, shell, logsPage }) => {
      await logsPage.open({ model: 'crm.lead', q: 'nothing-has-this-text' });
      if (script) await hydrated(page);
      await expect(page.getByRole('heading', { name: 'No log matches' })).toBeVisible();
      await expect(logsPage.rows).toHaveCount(0);
      await expect(logsPage.chips).toHaveCount(2);
      await shell.main.getByRole('link', { name: 'All logs' }).click();
      await expect(logsPage.rows).toHaveCount(50);
    });

    test('selected logs lead to the logs of their records', async ({ page, host, logsPage }) => {
      const model = unique('e2e.chosen');
      await host.follow(model);
      await host.record(...story(model));
      await logsPage.open({ model });
      if (script) await hydrated(page);
      await logsPage.rows.first().getByRole('checkbox').check();
      await logsPage.selection.act('View audit logs');
      await expect(logsPage.rows).toHaveCount(3);
      await expect(logsPage.told).toContainText('Basket a (a)');
      await expect(page).toHaveURL((url) => url.searchParams.getAll('record_id').join() === 'a');
    });
  });
}

test('the order can be turned round', async ({ page, host, logsPage }) => {
  const model = unique('e2e.order');
  await host.follow(model);
  const ids = await host.record(...story(model));
  await logsPage.open({ model });
  await hydrated(page);
  await logsPage.unfold();
  await logsPage.field('order').selectOption({ label: 'Oldest first' });
  await logsPage.filter();
  await expect(page).toHaveURL(/order=asc/);
  await expect(logsPage.chip('Order')).toBeVisible();
  expect(await logsPage.ids()).toEqual(ids);
});

test('times narrow the list', async ({ page, host, logsPage }) => {
  const model = unique('e2e.time');
  await host.follow(model);
  await host.record(...story(model));
  await logsPage.open({ model });
  await hydrated(page);
  await logsPage.unfold();
  await logsPage.field('to').fill('2001-01-01T00:00:00');
  await logsPage.filter();
  await expect(page.getByRole('heading', { name: 'No log matches' })).toBeVisible();
  await expect(logsPage.chip('To')).toContainText('2001-01-01 00:00:00 UTC');
  await logsPage.chip('To').click();
  await expect(logsPage.rows).toHaveCount(5);
  await logsPage.unfold();
  await logsPage.field('from').fill('2001-01-01T00:00:00');
  await logsPage.filter();
  await expect(page).toHaveURL(/from=/);
  await expect(logsPage.rows).toHaveCount(5);
});

test('an address that cannot be understood says which part', async ({ page, watch, shell }) => {
  watch.tolerateStatus(422);
  const answer = await page.goto('/logs?colour=red&operation=paint');
  expect(answer?.status()).toBe(422);
  await expect(shell.failure).toContainText('colour');
  await expect(shell.failure).toContainText('operation');
});

test('a log that does not exist is told', async ({ page, watch, shell }) => {
  watch.tolerateStatus(404);
  const answer = await page.goto('/logs/01a20792-0000-7000-8000-000000000000');
  expect(answer?.status()).toBe(404);
  await expect(shell.failure).toContainText('Nothing was found here');
});

test('an address that is no page is told', async ({ page, watch, shell }) => {
  watch.tolerateStatus(404);
  const answer = await page.goto('/no/such/page');
  expect(answer?.status()).toBe(404);
  await hydrated(page);
  await expect(shell.failure).toContainText('Nothing was found here');
});

test('one steps from log to log', async ({ page, host, logPage }) => {
  const model = unique('e2e.step');
  await host.follow(model);
  const ids = await host.record(...story(model));
  await logPage.open(ids[1]!);
  await hydrated(page);
  await logPage.step('Previous');
  await expect(page).toHaveURL(new RegExp(`/logs/${ids[0]}$`));
  await expect(logPage.title).toHaveText('Basket a');
  await logPage.step('Next');
  await expect(logPage.title).toHaveText('Basket b');
  await logPage.step('Next');
  await expect(page).toHaveURL(new RegExp(`/logs/${ids[2]}$`));
  await expect(logPage.change('colour').new).toHaveText('blue');
});

for (const script of [true, false]) {
  test.describe(script ? 'values with wasm' : 'values without JavaScript', () => {
    test.use({ javaScriptEnabled: script });

    test('a sensitive value is never shown', async ({ page, host, logPage, logsPage, historyPage }) => {
      const model = unique('e2e.secret');
      await host.declare(model, {
        label: 'Vault',
        fields: [
          { name: 'title', type: 'char' },
          { name: 'pin', type: 'char', sensitive: true },
        ],
      });
      await host.follow(model);
      const of = { model, record_id: '1', record_name: 'Safe' };
      const [, written] = await host.record(
        { ...of, operation: 'create', new: { title: 'Safe', pin: 'hush-1234' } },
        { ...of, operation: 'write', old: { pin: 'hush-1234' }, new: { pin: 'hush-5678' } },
      );
      await logPage.open(written!);
      if (script) await hydrated(page);
      await expect(logPage.change('pin').old).toContainText('hidden (sensitive)');
      await expect(logPage.change('pin').new).toContainText('hidden (sensitive)');
      expect(await page.content()).not.toContain('hush-');
      await logsPage.open({ model });
      await expect(logsPage.rows).toHaveCount(2);
      expect(await page.content()).not.toContain('hush-');
      await historyPage.open(model, '1');
      await expect(historyPage.field('pin').now).toContainText('hidden (sensitive)');
      expect(await page.content()).not.toContain('hush-');
    });

    test('values are shown by their labels and kinds', async ({ page, host, logPage }) => {
      const model = unique('e2e.kinds');
      await host.declare(model, {
        label: 'Crate',
        fields: [
          { name: 'stage', label: 'Stage', type: 'selection', selection: { new: 'New', won: 'Won' } },
          { name: 'partner_id', label: 'Customer', type: 'many2one', relation: 'res.partner' },
          { name: 'paid', label: 'Paid', type: 'boolean' },
          { name: 'amount', label: 'Amount', type: 'monetary' },
          { name: 'note', label: 'Note', type: 'text' },
          { name: 'scan', label: 'Scan', type: 'binary' },
        ],
      });
      await host.follow(model);
      const of = { model, record_id: '1', record_name: 'Crate 1' };
      const [, written] = await host.record(
        {
          ...of,
          operation: 'create',
          new: { stage: 'new', partner_id: { id: '7', name: 'Delta PC' }, paid: false, amount: 10.5 },
        },
        {
          ...of,
          operation: 'write',
          new: {
            stage: 'won',
            partner_id: { id: '8', name: 'Omega PC' },
            paid: true,
            amount: 20,
            note: '',
            scan: 'aGVsbG8=',
          },
        },
      );
      await logPage.open(written!);
      if (script) await hydrated(page);
      await expect(logPage.changes).toHaveCount(6);
      await expect(logPage.change('stage').old).toContainText('New');
      await expect(logPage.change('stage').new).toContainText('Won');
      await expect(logPage.change('partner_id').old).toContainText('Delta PC');
      await expect(logPage.change('partner_id').new).toContainText('Omega PC');
      await expect(logPage.change('partner_id').new.locator('code')).toHaveText('8');
      await expect(logPage.change('paid').old).toHaveText('no');
      await expect(logPage.change('paid').new).toHaveText('yes');
      await expect(logPage.change('amount').old).toHaveText('10.5');
      await expect(logPage.change('amount').new).toHaveText('20');
      // Never seen before is told apart from empty.
      await expect(logPage.change('note').old).toHaveText('unknown');
      await expect(logPage.change('note').new).toHaveText('empty text');
      await expect(logPage.change('scan').new).toContainText('5 bytes');
      expect(await page.content()).not.toContain('aGVsbG8=');
    });

    test('a change outside the trail is told', async ({
      page,
      host,
      logPage,
      logsPage,
      historyPage,
    }) => {
      const model = unique('e2e.gap');
      await host.follow(model);
      const of = { model, record_id: '1', record_name: 'Leaky' };
      const [, written] = await host.record(
        { ...of, operation: 'create', new: { stage: 'draft' } },
        { ...of, operation: 'write', old: { stage: 'secretly' }, new: { stage: 'done' } },
      );
      await logPage.open(written!);
      if (script) await hydrated(page);
      await expect(logPage.unrecorded).toContainText('draft');
      await expect(logPage.unrecorded).toContainText('secretly');
      await expect(logPage.change('stage').old).toHaveText('secretly');
      await logPage.openHistory();
      await expect(historyPage.unrecorded).toContainText('secretly');
      await expect(historyPage.timeline.first()).toContainText('Changed outside the trail');
      await logsPage.open({ model });
      await expect(logsPage.rows.first().locator('.gap-mark')).toBeVisible();
      await expect(logsPage.rows.last().locator('.gap-mark')).toHaveCount(0);
    });
  });
}

test('what the same request changed is a click away', async ({ page, host, logPage, logsPage }) => {
  const model = unique('e2e.request');
  await host.follow(model);
  const context = { request_id: unique('req') };
  const of = (id: string) => ({ model, record_id: id, record_name: `Part ${id}` });
  const [first, second] = await host.record(
    { ...of('1'), operation: 'create', new: { x: 1 }, context },
    { ...of('2'), operation: 'create', new: { x: 1 }, context },
    { ...of('3'), operation: 'create', new: { x: 1 } },
  );
  await logPage.open(first!);
  await hydrated(page);
  await page.getByRole('link', { name: context.request_id }).click();
  await expect(logsPage.rows).toHaveCount(2);
  expect(await logsPage.ids()).toEqual([second, first]);
  await expect(page).toHaveURL((url) => url.searchParams.get('host') === HOST);
});
