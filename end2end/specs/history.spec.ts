// The history of a record: stepping, deleted records, the record as of a time; and the list of
// records that leads to it.
import { expect, expectAccessible, expectNoOverflow, hydrated, test } from '../fixtures';
import { HOST, unique } from '../support/environment';

test.use({ person: 'administrator' });

for (const script of [true, false]) {
  test.describe(script ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled: script });

    test('one steps through the revisions', async ({ page, host, historyPage, logPage }) => {
      const model = unique('e2e.steps');
      await host.follow(model);
      const of = { model, record_id: '1', record_name: 'Kettle' };
      const ids = await host.record(
        { ...of, operation: 'create', new: { name: 'Kettle', water: 'cold', lid: 'on' } },
        { ...of, operation: 'write', old: { water: 'cold' }, new: { water: 'warm' } },
        { ...of, operation: 'write', old: { water: 'warm' }, new: { water: 'hot' } },
      );
      await historyPage.open(model, '1');
      if (script) await hydrated(page);
      await expect(historyPage.title).toHaveText('Kettle');
      await expect(historyPage.heading).toHaveText('Revision 3 of 3');
      await expect(historyPage.steps.getByRole('link', { name: 'Next revision' })).toHaveCount(0);
      await expect(historyPage.field('water').before).toContainText('warm');
      await expect(historyPage.field('water').now).toHaveText('hot');
      await expect(historyPage.field('lid').row).not.toHaveClass(/changed/);

      await historyPage.step('Previous revision');
      await expect(historyPage.heading).toHaveText('Revision 2 of 3');
      await expect(historyPage.field('water').before).toContainText('cold');
      await expect(historyPage.field('water').now).toHaveText('warm');
      await expect(historyPage.field('lid').now).toHaveText('on');

      await historyPage.step('Previous revision');
      await expect(historyPage.heading).toHaveText('Revision 1 of 3');
      await expect(historyPage.steps.getByRole('link', { name: 'Previous revision' })).toHaveCount(0);
      await expect(historyPage.field('water').now).toHaveText('cold');

      await historyPage.step('Next revision');
      await expect(historyPage.heading).toHaveText('Revision 2 of 3');
      await page.goBack();
      await expect(historyPage.heading).toHaveText('Revision 1 of 3');

      await historyPage.revision(3).click();
      await expect(historyPage.heading).toHaveText('Revision 3 of 3');
      await expect(historyPage.revision(3)).toHaveAttribute(
        'aria-current',
        'true',
      );
      await page.getByRole('link', { name: 'Open this log' }).click();
      await expect(page).toHaveURL(new RegExp(`/logs/${ids[2]}$`));
      await expect(logPage.change('water').new).toHaveText('hot');
    });

    test('a deleted record keeps its history', async ({ page, host, recordsPage, historyPage }) => {
      const model = unique('e2e.gone');
      await host.follow(model);
      const of = (id: string, name: string) => ({ model, record_id: id, record_name: name });
      await host.record(
        { ...of('1', 'Here'), operation: 'create', new: { name: 'Here' } },
        { ...of('2', 'Gone'), operation: 'create', new: { name: 'Gone', colour: 'red' } },
        { ...of('2', 'Gone'), operation: 'unlink', old: { name: 'Gone', colour: 'red' } },
      );
      await recordsPage.open(model);
      if (script) await hydrated(page);
      await expect(recordsPage.rows).toHaveCount(1);
      await recordsPage.show('With deleted');
      await expect(recordsPage.rows).toHaveCount(2);
      await expect(recordsPage.row('Gone')).toContainText('Deleted');
      await recordsPage.show('Deleted only');
      await expect(recordsPage.rows).toHaveCount(1);
      await recordsPage.row('Gone').getByRole('link').click();
      await expect(historyPage.heading).toHaveText('Revision 2 of 2');
      await expect(page.locator('.page-sub')).toContainText('Deleted');
      await expect(page.locator('.notice-warning')).toContainText('deleted the record');
      await expect(historyPage.field('colour').now).toHaveText('red');
      await historyPage.step('Previous revision');
      await expect(historyPage.heading).toHaveText('Revision 1 of 2');
      await expect(page.locator('.page-sub')).toContainText('Deleted');
      await expect(page.locator('.notice-warning')).toHaveCount(0);
    });

    test('the record is shown as of a time', async ({ page, host, historyPage }) => {
      const model = unique('e2e.asof');
      await host.follow(model);
      const of = { model, record_id: '1', record_name: 'Tide' };
      const [first] = await host.record({ ...of, operation: 'create', new: { level: 'low' } });
      const recorded = Date.parse((await host.log(first!)).recorded_at);
      // The field takes seconds: the second revision comes two of them later.
      const between = (Math.floor(recorded / 1000) + 1) * 1000;
      await expect.poll(() => Date.now(), { intervals: [100] }).toBeGreaterThan(between + 1000);
      await host.record({ ...of, operation: 'write', old: { level: 'low' }, new: { level: 'high' } });

      await historyPage.open(model, '1');
      if (script) await hydrated(page);
      await expect(historyPage.field('level').now).toHaveText('high');
      await historyPage.showAsOf(new Date(between).toISOString().slice(0, 19));
      await expect(historyPage.heading).toHaveText('Revision 1 of 2');
      await expect(historyPage.field('level').now).toHaveText('low');
      await expect(page).toHaveURL(/[?&]at=/);
      await historyPage.showAsOf(new Date(between + 3_600_000).toISOString().slice(0, 19));
      await expect(historyPage.heading).toHaveText('Revision 2 of 2');
      await expect(historyPage.field('level').now).toHaveText('high');
    });

    test('before it was known, the first revision is shown and said to be', async ({
      page,
      host,
      historyPage,
    }) => {
      const model = unique('e2e.early');
      await host.follow(model);
      await host.record({ operation: 'create', model, record_id: '1', new: { level: 'low' } });
      await historyPage.open(model, '1');
      if (script) await hydrated(page);
      await historyPage.showAsOf('2001-02-03T04:05:06');
      await expect(historyPage.heading).toHaveText('Revision 1 of 1');
      await expect(page.locator('.notice-warning')).toContainText('Nothing was known of this record');
    });

    test('two revisions stand side by side', async ({ page, host, historyPage }) => {
      const model = unique('e2e.compare');
      await host.follow(model);
      const of = { model, record_id: '1', record_name: 'Letter' };
      const text = (day: string) => `Please call the customer on ${day} at nine in the morning.`;
      await host.record(
        { ...of, operation: 'create', new: { note: text('Monday'), lid: 'on', size: 1 } },
        { ...of, operation: 'write', new: { note: text('Tuesday') } },
        { ...of, operation: 'write', new: { note: text('Friday'), size: 2 } },
      );
      await historyPage.open(model, '1');
      if (script) await hydrated(page);
      await historyPage.view('Compare');
      await expect(historyPage.heading).toHaveText('Revisions 2 and 3');
      await expect(historyPage.compared).toHaveCount(2);
      const note = historyPage.comparedField('note');
      await expect(note.old.locator('del')).toHaveText(['Tuesday']);
      await expect(note.new.locator('ins')).toHaveText(['Friday']);

      await historyPage.compare(1, 2);
      await expect(historyPage.heading).toHaveText('Revisions 1 and 2');
      await expect(historyPage.compared).toHaveCount(1);
      await historyPage.showFields('All fields');
      await expect(historyPage.compared).toHaveCount(3);
      await expect(historyPage.comparedField('lid').row).toHaveClass(/same/);
      // Both revisions step, and all fields stay.
      await historyPage.step('Next revision');
      await expect(historyPage.heading).toHaveText('Revisions 2 and 3');
      await expect(historyPage.compared).toHaveCount(3);

      await page.getByRole('link', { name: 'Compare revisions 1 and 3' }).click();
      await expect(historyPage.heading).toHaveText('Revisions 1 and 3');
      await historyPage.view('Record');
      await expect(historyPage.heading).toHaveText('Revision 3 of 3');
    });

    test('a plan to restore is told, and nothing is restored', async ({ page, host, historyPage }) => {
      const model = unique('e2e.restore');
      await host.follow(model);
      const of = { model, record_id: '1', record_name: 'Lamp' };
      await host.record(
        { ...of, operation: 'create', new: { light: 'off' } },
        { ...of, operation: 'write', new: { light: 'on' } },
      );
      await historyPage.open(model, '1');
      await expect(historyPage.restore).toHaveCount(0);
      await historyPage.open(model, '1', 1);
      if (script) await hydrated(page);
      await historyPage.restore.locator('summary').click();
      await expect(historyPage.restore).toContainText('never writes to a host');
      expect(JSON.parse(await historyPage.restore.locator('pre').innerText())).toEqual([
        { op: 'test', path: '/light', value: 'on' },
        { op: 'replace', path: '/light', value: 'off' },
      ]);
      await expect(historyPage.restore.getByRole('button', { name: 'Copy' })).toBeVisible({
        visible: script,
      });
    });

    test('a long history is turned piece by piece', async ({ page, host, historyPage }) => {
      const model = unique('e2e.long');
      await host.follow(model);
      const of = { model, record_id: '1', record_name: 'Counter' };
      await host.record(
        { ...of, operation: 'create', new: { n: 0 } },
        ...Array.from({ length: 99 }, (_, at) => ({
          ...of,
          operation: 'write' as const,
          new: { n: at + 1 },
        })),
      );
      await historyPage.open(model, '1');
      if (script) await hydrated(page);
      await expect(historyPage.timeline).toHaveCount(40);
      await page.getByRole('link', { name: 'Older revisions' }).click();
      await expect(historyPage.revision(60)).toBeVisible();
      // What is shown stays while one turns.
      await expect(historyPage.heading).toHaveText('Revision 100 of 100');
      await historyPage.revision(30).click();
      await expect(historyPage.heading).toHaveText('Revision 30 of 100');
      await expect(historyPage.field('n').now).toHaveText('29');
      await page.getByRole('link', { name: 'Newer revisions' }).click();
      await expect(historyPage.revision(80)).toBeVisible();
      if (!script) {
        await page.getByLabel('Revision', { exact: true }).fill('50');
        await historyPage.slider.getByRole('button', { name: 'Show' }).click();
        await expect(historyPage.heading).toHaveText('Revision 50 of 100');
      }
    });

    test('the records are searched', async ({ page, host, recordsPage }) => {
      const model = unique('e2e.find');
      await host.follow(model);
      await host.record(
        ...['Oak', 'Ash', 'Beech'].map((name, at) => ({
          operation: 'create' as const,
          model,
          record_id: String(at),
          record_name: name,
          new: { name, soil: at === 2 ? 'chalk' : 'clay' },
        })),
      );
      await recordsPage.open(model);
      if (script) await hydrated(page);
      await recordsPage.searchFor('ash');
      await expect(recordsPage.rows).toHaveCount(1);
      await expect(recordsPage.row('Ash')).toBeVisible();
      await recordsPage.searchFor('chalk');
      await expect(recordsPage.row('Beech')).toBeVisible();
      await expect(recordsPage.rows).toHaveCount(1);
      await recordsPage.searchFor('nothing-has-this-text');
      await expect(page.getByRole('heading', { name: 'No record matches' })).toBeVisible();
    });
  });
}

test('keys and the slider step through the revisions', async ({ page, host, historyPage }) => {
  const model = unique('e2e.keys');
  await host.follow(model);
  const of = { model, record_id: '1', record_name: 'Dial' };
  await host.record(
    { ...of, operation: 'create', new: { n: 0 } },
    ...[1, 2, 3].map((n) => ({ ...of, operation: 'write' as const, new: { n } })),
  );
  await historyPage.open(model, '1');
  await hydrated(page);
  await page.keyboard.press('ArrowLeft');
  await expect(historyPage.heading).toHaveText('Revision 3 of 4');
  await page.keyboard.press('ArrowRight');
  await expect(historyPage.heading).toHaveText('Revision 4 of 4');
  await page.getByRole('slider').focus();
  await page.keyboard.press('Home');
  await expect(historyPage.heading).toHaveText('Revision 1 of 4');
  await page.keyboard.press('ArrowRight');
  await expect(historyPage.heading).toHaveText('Revision 2 of 4');
  await expect(page.getByRole('slider')).toBeFocused();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a history is for everybody, in ${colorScheme}`, async ({ page, host, historyPage }) => {
    const model = unique('e2e.everybody');
    await host.follow(model);
    const of = { model, record_id: '1', record_name: 'Sheet' };
    await host.record(
      { ...of, operation: 'create', new: { note: 'one two three four', n: 0, stage: 'a' } },
      { ...of, operation: 'write', old: { stage: 'b' }, new: { note: 'one two three five', n: 3 } },
    );
    await page.emulateMedia({ colorScheme });
    for (const more of ['', '&revision=1', '&from=1&to=2&fields=all', '&at=2001-01-01T00:00']) {
      await page.goto(`/records/${model}/1?host=${HOST}${more}`);
      await hydrated(page);
      await page.locator('main details').evaluateAll((all) => all.forEach((it) => it.setAttribute('open', '')));
      await expectAccessible(page);
      await page.setViewportSize({ width: 360, height: 800 });
      await expectNoOverflow(page);
      await page.setViewportSize({ width: 1280, height: 800 });
    }
  });
}

test.describe('in French', () => {
  test.use({ locale: 'fr-FR', timezoneId: 'Europe/Paris' });

  test('a history is told in French', async ({ page, host, historyPage }) => {
    const model = unique('e2e.french');
    await host.follow(model);
    await host.record(
      { operation: 'create', model, record_id: '1', new: { n: 1 } },
      { operation: 'write', model, record_id: '1', new: { n: 2 } },
    );
    await historyPage.open(model, '1', 1);
    await hydrated(page);
    await expect(historyPage.heading).toHaveText('Révision 1 sur 2');
    await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
    await expect(historyPage.restore).toContainText('n’écrit jamais chez un hôte');
  });
});

test('the time offered is one at which the revision shown is', async ({ page, host, historyPage }) => {
  const model = unique('e2e.offered');
  await host.follow(model);
  const of = { model, record_id: '1', record_name: 'Clock' };
  await host.record(
    { ...of, operation: 'create', new: { hand: 'one' } },
    { ...of, operation: 'write', old: { hand: 'one' }, new: { hand: 'two' } },
  );
  await historyPage.open(model, '1');
  await hydrated(page);
  await expect(historyPage.heading).toHaveText('Revision 2 of 2');
  await historyPage.asOf.getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL(/[?&]at=/);
  await expect(historyPage.heading).toHaveText('Revision 2 of 2');
});

test('a record that nobody knows is told', async ({ page, watch, shell, historyPage }) => {
  watch.tolerateStatus(404);
  await historyPage.open('crm.lead', 'no-such-record');
  await hydrated(page);
  await expect(shell.failure).toContainText('Nothing was found here');
});

test('a revision that does not exist is told', async ({ page, watch, host, shell, historyPage }) => {
  watch.tolerateStatus(404);
  const model = unique('e2e.beyond');
  await host.follow(model);
  await host.record({ operation: 'create', model, record_id: '1', new: { x: 1 } });
  await historyPage.open(model, '1', 99);
  await hydrated(page);
  await expect(shell.failure).toContainText('Nothing was found here');
});

// Ids of a host are any text: slashes, per cent signs and non-ASCII letters lead to the record.
for (const id of ['src/lib/é.rs', '100%', '%41', 'a?b#c&d=e', ' .', '..', 'a b+c']) {
  test(`the record ${JSON.stringify(id)} is reached by its link`, async ({
    page,
    host,
    recordsPage,
    historyPage,
    logsPage,
  }) => {
    const model = unique('e2e.odd');
    await host.follow(model);
    await host.record(
      { operation: 'create', model, record_id: id, record_name: 'Odd', new: { v: 'one' } },
      { operation: 'write', model, record_id: id, record_name: 'Odd', new: { v: 'two' } },
      { operation: 'create', model, record_id: 'A', record_name: 'Other', new: { v: 'other' } },
    );
    await recordsPage.open(model);
    await hydrated(page);
    await recordsPage.row('Odd').getByRole('link').click();
    await expect(historyPage.heading).toHaveText('Revision 2 of 2');
    await historyPage.step('Previous revision');
    await expect(historyPage.heading).toHaveText('Revision 1 of 2');
    await expect(historyPage.field('v').now).toHaveText('one');
    await page.getByRole('link', { name: 'Audit logs' }).click();
    await expect(logsPage.rows).toHaveCount(2);
  });
}
