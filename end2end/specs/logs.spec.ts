// The list of logs and the page of one: filters, pages, and what is told of values.
import { expect, expectAccessible, expectNoOverflow, hydrated, test } from '../fixtures';
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

    test('a search narrows the list, and chips take its terms away', async ({
      page,
      host,
      logsPage,
    }) => {
      const model = unique('e2e.filter');
      await host.follow(model);
      const [createA, , writeA, writeB, unlinkA] = await host.record(...story(model));
      await logsPage.open({ model });
      if (script) await hydrated(page);
      await expect(logsPage.rows).toHaveCount(5);
      await expect(logsPage.count).toHaveText('5 logs');

      await logsPage.find('op:write,unlink');
      await expect(logsPage.rows).toHaveCount(3);
      expect(await logsPage.ids()).toEqual([unlinkA, writeB, writeA]);
      await logsPage.find('op:write,unlink user:marc field:colour');
      await expect(logsPage.rows).toHaveCount(1);
      expect(await logsPage.ids()).toEqual([unlinkA]);
      await expect(logsPage.chips).toHaveCount(4);

      await logsPage.chip('Operation').click();
      await expect(logsPage.rows).toHaveCount(2);
      expect(await logsPage.ids()).toEqual([unlinkA, createA]);
      await expect(logsPage.search).toHaveValue('user:marc field:colour');
      await logsPage.chip('Field').click();
      await expect(logsPage.rows).toHaveCount(3);
      await logsPage.chip('User').click();
      await expect(logsPage.rows).toHaveCount(5);
      await logsPage.find('-user:marc');
      await expect(logsPage.rows).toHaveCount(2);
      await expect(logsPage.chip('not User')).toBeVisible();
      await logsPage.chip('Model').click();
      await expect(logsPage.chips).toHaveCount(1);
      await logsPage.chip('not User').click();
      await expect(page).toHaveURL(/\/logs$/);
    });

    test('what is not understood is told, and no log is shown meanwhile', async ({
      page,
      watch,
      logsPage,
    }) => {
      watch.tolerateStatus(422);
      await logsPage.open({ q: 'op:frob colour:red' });
      if (script) await hydrated(page);
      await expect(page.getByText('“frob” is not understood; write create, write or unlink')).toBeVisible();
      await expect(page.getByText('searched as text')).toBeVisible();
      await expect(logsPage.rows).toHaveCount(0);
      await expect(page.getByRole('heading', { name: 'The search cannot be understood' })).toBeVisible();
      await logsPage.chip('Not understood').click();
      await expect(logsPage.search).toHaveValue('colour:red');
      await expect(page.getByRole('heading', { name: 'No log matches' })).toBeVisible();
    });

    test('facets narrow the list, and groups fold it', async ({ page, host, logsPage }) => {
      const model = unique('e2e.facet');
      await host.follow(model);
      await host.record(...story(model));
      await logsPage.open({ q: `model:${model}` });
      if (script) await hydrated(page);
      await (await logsPage.facet('Helena Novak')).click();
      await expect(logsPage.rows).toHaveCount(2);
      await expect(logsPage.search).toHaveValue(`model:${model} user:helena`);
      await (await logsPage.facet('Marc Dubois')).click();
      await expect(logsPage.rows).toHaveCount(5);
      await (await logsPage.facet('Helena Novak')).click();
      await expect(logsPage.rows).toHaveCount(3);

      await (await logsPage.menu('Group')).getByRole('link', { name: 'By user' }).click();
      await expect(logsPage.groups).toHaveCount(1);
      await logsPage.chip('User').click();
      await expect(logsPage.groups).toHaveCount(2);
      await expect(logsPage.rows).toHaveCount(0);
      await logsPage.groups.first().locator('.row-link').first().click();
      await expect(logsPage.rows).toHaveCount(3);
      await logsPage.groups.first().getByRole('link', { name: '3 logs' }).click();
      await expect(page).toHaveURL((url) => !url.searchParams.has('group'));
      await expect(logsPage.rows).toHaveCount(3);
    });

    test('columns are chosen and kept', async ({ page, logsPage }) => {
      await logsPage.open();
      if (script) await hydrated(page);
      const head = page.locator('[data-test=logs] thead');
      let menu = await logsPage.menu('Columns');
      await menu.getByRole('checkbox', { name: 'Host' }).check();
      await menu.getByRole('checkbox', { name: 'Model' }).uncheck();
      await menu.getByRole('button', { name: 'Keep' }).click();
      await expect(head).toContainText('Host');
      await logsPage.open({ q: 'op:write' });
      await expect(head).toContainText('Host');
      await expect(head).not.toContainText('Model');
      menu = await logsPage.menu('Columns');
      await menu.getByRole('button', { name: 'Reset' }).click();
      await expect(head).toContainText('Model');
      await expect(page).toHaveURL((url) => url.searchParams.get('q') === 'op:write');
    });

    test('a search is saved, applied, made the default and deleted', async ({ page, logsPage }) => {
      const name = unique('Won deals');
      await logsPage.open({ q: 'op:unlink' });
      if (script) await hydrated(page);
      let menu = await logsPage.menu('Filters');
      await menu.getByLabel('Save this search as').fill(name);
      await menu.getByRole('checkbox', { name: 'Begin with it' }).check();
      await menu.getByRole('button', { name: 'Save filter' }).click();
      await expect(page.getByText('The filter was saved.')).toBeVisible();

      await page.goto('/logs');
      await expect(logsPage.search).toHaveValue('op:unlink');
      await expect(page.getByText('Your default filter is applied')).toContainText(name);
      await logsPage.chip('Operation').click();
      await expect(logsPage.chips).toHaveCount(0);
      await expect(logsPage.search).toHaveValue('');

      await logsPage.open({ q: 'op:create' });
      menu = await logsPage.menu('Filters');
      await menu.getByLabel('Save this search as').fill(name);
      await menu.getByRole('button', { name: 'Save filter' }).click();
      await expect(page.getByText('You have a filter of this name already.')).toBeVisible();

      await page.goto('/filters');
      if (script) await hydrated(page);
      const line = page.locator('.saved-filter').filter({ hasText: name });
      await line.getByRole('button', { name: 'Not default' }).click();
      await expect(line.getByRole('button', { name: 'Make default' })).toBeVisible();
      await line.locator('summary', { hasText: 'Rename' }).click();
      await line.getByRole('textbox', { name: 'Name' }).fill(`${name} 2`);
      await line.getByRole('button', { name: 'Save', exact: true }).click();
      await expect(line.getByRole('link', { name: `${name} 2` })).toBeVisible();
      await line.locator('summary', { hasText: 'Delete' }).click();
      await line.getByRole('button', { name: 'Delete filter' }).click();
      await expect(line).toHaveCount(0);
    });

    test('two logs of a record are compared, others say what to select', async ({
      page,
      host,
      logsPage,
    }) => {
      const model = unique('e2e.compare');
      await host.follow(model);
      await host.record(...story(model));
      await logsPage.open({ model });
      if (script) await hydrated(page);
      await logsPage.rows.nth(0).getByRole('checkbox').check();
      await logsPage.rows.nth(1).getByRole('checkbox').check();
      await logsPage.selection.act('Compare');
      await expect(page.getByText('of different records')).toBeVisible();
      await logsPage.open({ model, q: 'record:a' });
      await logsPage.rows.nth(0).getByRole('checkbox').check();
      await logsPage.rows.nth(2).getByRole('checkbox').check();
      await logsPage.selection.act('Compare');
      await expect(page).toHaveURL(/\/records\/.*&from=1&to=3$/);
      await expect(page.getByRole('table').first()).toBeVisible();
    });

    test('all that match are taken together and exported', async ({ page, host, logsPage }) => {
      const model = unique('e2e.all');
      await host.follow(model);
      await host.record(
        ...Array.from({ length: 60 }, (_, at) => ({
          operation: 'create' as const,
          model,
          record_id: String(at),
          new: { at },
        })),
      );
      await logsPage.open({ model });
      if (script) await hydrated(page);
      const menu = await logsPage.menu('Export');
      const all = page.waitForEvent('download');
      await menu.getByRole('link', { name: 'CSV' }).click();
      const csv = await (await all).createReadStream();
      expect((await csv.toArray()).join('').trim().split('\r\n')).toHaveLength(61);
      if (script) await expect(page.getByText('Exported: 60 logs')).toBeVisible();

      await logsPage.rows.first().getByRole('checkbox').check();
      const one = page.waitForEvent('download');
      await logsPage.selection.act('Export as NDJSON');
      const lines = await (await one).createReadStream();
      expect((await lines.toArray()).join('').trim().split('\n')).toHaveLength(1);

      await page.getByRole('checkbox', { name: 'Select all 60 that match' }).check();
      const matching = page.waitForEvent('download');
      await logsPage.selection.act('Export as NDJSON');
      const every = await (await matching).createReadStream();
      expect((await every.toArray()).join('').trim().split('\n')).toHaveLength(60);
      await logsPage.selection.act('View audit logs');
      await expect(logsPage.told).toContainText('60 records');
      await expect(logsPage.count).toHaveText('60 logs');
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
      await logsPage.find(word);
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
  await logsPage.open({ model, order: 'asc' });
  await hydrated(page);
  await expect(logsPage.chip('Order')).toBeVisible();
  expect(await logsPage.ids()).toEqual(ids);
});

test('times narrow the list', async ({ page, host, logsPage }) => {
  const model = unique('e2e.time');
  await host.follow(model);
  await host.record(...story(model));
  await logsPage.open({ model });
  await hydrated(page);
  await logsPage.find('to:2001-01-01');
  await expect(page.getByRole('heading', { name: 'No log matches' })).toBeVisible();
  await expect(logsPage.chip('To')).toContainText('2001-01-01');
  await logsPage.find('from:today');
  await expect(logsPage.rows).toHaveCount(5);
  await logsPage.open({ model, to: '2001-01-01T00:00:00' });
  await expect(page.getByRole('heading', { name: 'No log matches' })).toBeVisible();
});

test('a search is completed with the keyboard', async ({ page, logsPage }) => {
  await logsPage.open();
  await hydrated(page);
  await page.keyboard.press('/');
  await page.keyboard.type('-op');
  await expect(logsPage.options).toHaveCount(1);
  await expect(logsPage.search).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('ArrowDown');
  await expect(logsPage.search).toHaveAttribute('aria-activedescendant', /./);
  await page.keyboard.press('Enter');
  await expect(logsPage.search).toHaveValue('-op:');
  await expect(logsPage.options).toHaveCount(3);
  await page.keyboard.type('w');
  await expect(logsPage.options).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await expectAccessible(page);
  await page.keyboard.press('Tab');
  await expect(logsPage.search).toHaveValue('-op:write');
  await expect(logsPage.search).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL((url) => url.searchParams.get('q') === '-op:write');
  await page.keyboard.type(' us');
  await expect(logsPage.options).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(logsPage.options).toHaveCount(0);
  await expect(logsPage.search).toHaveValue('-op:write us');
});

test('new logs announce themselves and enter at a click', async ({ page, host, logsPage }) => {
  const model = unique('e2e.live');
  await host.follow(model);
  await host.record(...story(model));
  await logsPage.open({ model });
  await hydrated(page);
  await page.waitForTimeout(500);
  await host.record({ operation: 'create', model, record_id: 'z', new: { x: 1 } });
  await expect(logsPage.live).toHaveText('1 new log');
  await expect(logsPage.rows).toHaveCount(5);
  await logsPage.live.click();
  await expect(logsPage.rows).toHaveCount(6);
  await expect(logsPage.live).toBeHidden();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme });

    test('the list and its menus can be used by everybody', async ({ page, logsPage }) => {
      await logsPage.open({ q: 'op:write -user:cron colour:red' });
      await logsPage.open({ q: 'op:write' });
      await hydrated(page);
      await (await logsPage.facet('Marc Dubois')).hover();
      await logsPage.rows.first().getByRole('checkbox').check();
      for (const menu of ['Filters', 'Group', 'Columns', 'Export'] as const) {
        await logsPage.menu(menu);
        await expectAccessible(page);
      }
      await logsPage.open({ group: 'user', open: 'marc' });
      await expectAccessible(page);
      await page.setViewportSize({ width: 360, height: 800 });
      await expectNoOverflow(page);
      await logsPage.open();
      await expectNoOverflow(page);
      await expectAccessible(page);
      await page.goto('/filters');
      await expectAccessible(page);
      await expectNoOverflow(page);
    });
  });
}

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
