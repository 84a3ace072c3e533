// One log: what differs is marked, what else changed is told, and one goes on within the list.
import { expect, expectAccessible, expectNoOverflow, hydrated, test } from '../fixtures';
import { unique } from '../support/environment';

test.use({ person: 'administrator' });

for (const script of [true, false]) {
  test.describe(script ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled: script });

    test('what differs is marked within texts, sets and JSON', async ({ page, host, logPage }) => {
      const model = unique('e2e.marks');
      await host.declare(model, {
        label: 'Marked',
        fields: [
          { name: 'body', label: 'Body', type: 'html' },
          { name: 'tags', label: 'Tags', type: 'many2many' },
          { name: 'data', label: 'Data', type: 'json' },
          { name: 'stage', label: 'Stage', type: 'selection', selection: { q: 'Qualified', w: 'Won' } },
        ],
      });
      await host.follow(model);
      const of = { model, record_id: '1', record_name: 'Marked' };
      const tags = (...ids: number[]) => ids.map((id) => ({ id: `${id}`, name: `Tag ${id}` }));
      const long = 'All other terms remain as they were agreed. '.repeat(20);
      const [, id] = await host.record(
        {
          ...of,
          operation: 'create',
          new: { body: `<p>Within thirty days. ${long}</p>`, tags: tags(1, 2), data: { a: { b: 1 } }, stage: 'q' },
        },
        {
          ...of,
          operation: 'write',
          old: { stage: 'w', seen: 'also' },
          new: { body: `<p>Within forty days. ${long}</p>`, tags: tags(2, 3), data: { a: { b: 2 } } },
        },
      );
      await logPage.open(id!);
      if (script) await hydrated(page);
      const body = logPage.change('body');
      await expect(body.old.locator('del').first()).toHaveText('thirty');
      await expect(body.new.locator('ins').first()).toHaveText('forty');
      await expect(body.new).toContainText('<p>');
      await expect(body.new.locator('details')).toHaveCount(1);
      await expect(logPage.change('tags').old.locator('del')).toContainText(['Tag 1']);
      await expect(logPage.change('tags').new.locator('ins')).toContainText(['Tag 3']);
      await expect(logPage.change('data').old).toContainText('a.b');
      await expect(logPage.change('data').new.locator('ins')).toHaveText(['2']);
      await expect(logPage.unrecorded).toContainText('Stage');
      await expect(logPage.unrecorded).toContainText('Qualified');
      await expect(logPage.unrecorded).toContainText('Won');
    });

    test('what else the request changed is told', async ({ page, host, logPage, logsPage }) => {
      const model = unique('e2e.along');
      await host.follow(model);
      const context = { request_id: unique('request'), reason: 'Monthly closing', ip: '203.0.113.7' };
      const ids = await host.record(
        ...Array.from({ length: 13 }, (_, at) => ({
          operation: 'create' as const,
          model,
          record_id: `${at}`,
          record_name: `Line ${at}`,
          new: { at },
          context,
        })),
      );
      await logPage.open(ids[0]!);
      if (script) await hydrated(page);
      await expect(logPage.context).toContainText('Monthly closing');
      await expect(logPage.others).toHaveCount(10);
      await expect(logPage.others.filter({ hasText: /^.*Line 0\b/ })).toHaveCount(0);
      await page.getByRole('link', { name: 'All of the request' }).click();
      await expect(logsPage.rows).toHaveCount(13);
      await page.goBack();
      await logPage.others.filter({ hasText: 'Line 12' }).getByRole('link').click();
      await expect(logPage.title).toHaveText('Line 12');
    });

    test('previous and next stay within the list one came from', async ({ page, host, logPage }) => {
      const model = unique('e2e.within');
      await host.follow(model);
      const names = ['One', 'Two', 'Three', 'Four'];
      const ids = await host.record(
        ...names.map((name, at) => ({
          operation: 'create' as const,
          model,
          record_id: name,
          record_name: name,
          user: { login: at % 2 ? 'odd' : 'even' },
          new: { at },
        })),
      );
      await logPage.open(ids[2]!, `model=${model}&user=even`);
      if (script) await hydrated(page);
      await logPage.step('Previous');
      await expect(logPage.title).toHaveText('One');
      await expect(page.getByRole('link', { name: 'Previous', exact: true })).toHaveCount(0);
      if (script) {
        await page.keyboard.press('ArrowRight');
      } else {
        await logPage.step('Next');
      }
      await expect(logPage.title).toHaveText('Three');
      await expect(page.getByRole('link', { name: 'Next', exact: true })).toHaveCount(0);
      await page.locator('.crumbs').getByRole('link', { name: 'Logs' }).click();
      await expect(page).toHaveURL(/[?&]user=even/);
      await expect(page).not.toHaveURL(/within=/);
    });
  });
}

test('a list that cannot be read is no reason to hide the log', async ({ page, host, logPage }) => {
  const model = unique('e2e.unread');
  await host.follow(model);
  const [id] = await host.record({ operation: 'create', model, record_id: '1', record_name: 'Here', new: { a: 1 } });
  await logPage.open(id!, 'no=such&cursor=x');
  await hydrated(page);
  await expect(logPage.title).toHaveText('Here');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a log is for everybody, in ${colorScheme}`, async ({ page, host, logPage }) => {
    const model = unique('e2e.log');
    await host.follow(model);
    const of = { model, record_id: '1', record_name: 'Sheet', context: { request_id: unique('all') } };
    const [, id] = await host.record(
      { ...of, operation: 'create', new: { note: 'one two three four', set: ['a', 'b'], data: { a: 1 } } },
      {
        ...of,
        operation: 'write',
        old: { note: 'one two three four six' },
        new: { note: 'one two three five', set: ['b', 'c'], data: { a: 2 } },
      },
    );
    await page.emulateMedia({ colorScheme });
    await logPage.open(id!);
    await hydrated(page);
    await page.locator('main details').evaluateAll((all) => all.forEach((it) => it.setAttribute('open', '')));
    await expectAccessible(page);
    await page.setViewportSize({ width: 360, height: 800 });
    await expectAccessible(page);
    await expectNoOverflow(page);
  });
}
