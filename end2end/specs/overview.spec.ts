// The overview counts what the lists hold, and leads to them.
import { expect, expectAccessible, expectNoOverflow, test } from '../fixtures';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ person: 'administrator', javaScriptEnabled });

    test('figures, the chart and the table say the same', async ({ overviewPage }) => {
      await overviewPage.open();
      await expect(overviewPage.heading).toBeVisible();
      await expect(overviewPage.bars).toHaveCount(30);
      await expect(overviewPage.latest).toHaveCount(10);
      const all = await overviewPage.count('Logs');
      const kinds = await Promise.all(
        ['Create', 'Write', 'Unlink'].map((word) => overviewPage.count(word)),
      );
      expect(kinds.reduce((sum, count) => sum + count)).toBe(all);
      await overviewPage.openTable();
      const totals = await overviewPage.table.locator('tbody td:last-child').allInnerTexts();
      const sum = totals.reduce((to, text) => to + Number(text.replace(/\D/g, '')), 0);
      expect(sum).toBe(all);
    });

    test('a bar leads to the logs of its day', async ({ page, overviewPage, logsPage }) => {
      await overviewPage.open('?days=7');
      await overviewPage.openTable();
      const row = overviewPage.table.locator('tbody tr').first();
      await row.getByRole('link').click();
      await expect(page).toHaveURL(/\/logs\?q=on%3A\d{4}-\d\d-\d\d$/);
      await expect(logsPage.rows.first()).toBeVisible();
    });

    test('days are chosen, and a year is shown by week', async ({ page, overviewPage }) => {
      await overviewPage.open();
      await overviewPage.show(365);
      await expect(page).toHaveURL(/\/overview\?days=365$/);
      await expect(page.getByRole('heading', { name: 'Operations by week' })).toBeVisible();
      await expect(overviewPage.bars).toHaveCount(53);
    });

    test('what was changed outside the trail is a click away', async ({
      page,
      overviewPage,
      logsPage,
    }) => {
      await overviewPage.open('?days=365');
      const count = await overviewPage.count('Outside the trail');
      await overviewPage.tile('Outside the trail').click();
      await expect(page).toHaveURL(/q=is%3Aunrecorded/);
      await expect(logsPage.rows).toHaveCount(Math.min(count, 50));
    });

    test('busiest models lead to their logs', async ({ page, overviewPage }) => {
      await overviewPage.open();
      await overviewPage.panel('Busiest models').getByRole('link').first().click();
      await expect(page).toHaveURL(/\/logs\?q=host%3Acrm\+model%3A/);
    });
  });
}

test.describe('as a salesperson', () => {
  test.use({ person: 'salesperson' });

  test('only figures of what they may see are there', async ({ page, overviewPage }) => {
    await overviewPage.open();
    await expect(page.getByText('of the models that you may see')).toBeVisible();
    await expect(overviewPage.panel('Coverage')).toHaveCount(0);
    const models = overviewPage.panel('Busiest models');
    await expect(models.getByText('res.users')).toHaveCount(0);
  });
});

test.describe('how it looks', () => {
  test.use({ person: 'administrator' });

  test('it fits a phone, and axe finds nothing', async ({ page, overviewPage }) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 760 });
        await overviewPage.open();
        await overviewPage.openTable();
        await expectNoOverflow(page);
        await expectAccessible(page);
      }
    }
  });
});
