// The records of a model: columns, and the way to the logs of some or of all that match.
import { expect, expectAccessible, expectNoOverflow, hydrated, test } from '../fixtures';
import { unique } from '../support/environment';

test.use({ person: 'administrator' });

for (const script of [true, false]) {
  test.describe(script ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled: script });

    test('columns are chosen and kept', async ({ page, host, recordsPage }) => {
      const model = unique('e2e.columns');
      await host.follow(model);
      await host.record({
        operation: 'create',
        model,
        record_id: '1',
        record_name: 'Pump',
        user: { login: 'mona', name: 'Mona Plumber' },
        new: { price: 12.5, colour: 'blue', weight: 3, note: 'a\nb' },
      });
      await recordsPage.open(model);
      if (script) await hydrated(page);
      await expect(recordsPage.heads).toContainText(['Name', 'Price', 'Last change', 'By']);
      await expect(recordsPage.row('Pump')).toContainText('Mona Plumber');
      await recordsPage.chooseColumns('colour', 'note');
      await expect(page).toHaveURL(new RegExp(`/models/${model}/records`));
      await expect(recordsPage.heads.filter({ hasText: 'Colour' })).toHaveCount(1);
      await expect(recordsPage.heads.filter({ hasText: 'Note' })).toHaveCount(1);
      await expect(recordsPage.heads.filter({ hasText: 'Price' })).toHaveCount(0);
      await page.reload();
      await expect(recordsPage.heads.filter({ hasText: 'Price' })).toHaveCount(0);
      await page.locator('.columns-menu summary').click();
      await page.getByRole('button', { name: 'As at first' }).click();
      await expect(recordsPage.heads.filter({ hasText: 'Price' })).toHaveCount(1);
      await expect(recordsPage.row('Pump').locator('td.num').first()).toHaveText('12.5');
    });

    test('the logs of the selected records, and of all that match', async ({
      page,
      host,
      recordsPage,
      logsPage,
    }) => {
      const model = unique('e2e.matching');
      await host.follow(model);
      await host.record(
        ...Array.from({ length: 60 }, (_, at) => ({
          operation: 'create' as const,
          model,
          record_id: `${at}`,
          record_name: `Pipe ${at}`,
          new: { at, kind: at < 52 ? 'copper' : 'lead' },
        })),
      );
      await recordsPage.open(model);
      if (script) await hydrated(page);
      await recordsPage.searchFor('copper');
      // What stood there before has these lines, too.
      await expect(page).toHaveURL(/q=copper/);
      await recordsPage.select('Pipe 3', 'Pipe 5');
      await recordsPage.selection.act('View audit logs');
      await expect(logsPage.rows).toHaveCount(2);
      await page.goBack();
      await expect(recordsPage.rows).toHaveCount(50);
      await recordsPage.row('Pipe 3').getByRole('checkbox').check();
      await recordsPage.selection.bar.locator('summary').click();
      await page.getByRole('link', { name: 'View audit logs of all that match' }).click();
      await expect(page).toHaveURL(/\/logs\?.*record_id=51/);
      expect(new URL(page.url()).searchParams.getAll('record_id')).toHaveLength(52);
    });
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a list of records is for everybody, in ${colorScheme}`, async ({ page, recordsPage }) => {
    await page.emulateMedia({ colorScheme });
    await recordsPage.open('crm.lead');
    await hydrated(page);
    await page.locator('.columns-menu summary').click();
    await expectAccessible(page);
    await page.setViewportSize({ width: 360, height: 800 });
    await expectNoOverflow(page);
  });
}
