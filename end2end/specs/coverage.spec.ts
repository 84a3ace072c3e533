// Coverage: what hosts report and no rule follows, and one click to follow it.
import { expect, expectAccessible, hydrated, test } from '../fixtures';
import { unique } from '../support/environment';

for (const script of [true, false]) {
  test.describe(script ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled: script, person: 'administrator' });

    test('what is let go is followed in one click', async ({
      page,
      host,
      rulesPage,
      coveragePage,
    }) => {
      const model = unique('e2e.gap');
      await host.report(
        { operation: 'write', model, record_id: '1', old: { x: 1 }, new: { x: 2 } },
        { operation: 'write', model, record_id: '1', old: { x: 2 }, new: { x: 3 } },
        { operation: 'unlink', model, record_id: '1', old: { x: 3 } },
      );
      await rulesPage.open();
      if (script) await hydrated(page);
      await page.getByRole('link', { name: /^Coverage/ }).click();
      await expect(page).toHaveURL(/\/rules\/coverage$/);
      const row = coveragePage.row(model);
      await expect(row).toContainText(/Write\s*2/);
      await expect(row).toContainText(/Unlink\s*1/);
      await row.getByRole('button', { name: /^Follow this/ }).click();
      await expect(page).toHaveURL(/\/rules\?.*done=followed/);
      await expect(rulesPage.done).toContainText('Followed from the next operation on');
      await expect(rulesPage.rows).toHaveCount(1);
      await expect(rulesPage.done.getByRole('link')).toHaveAttribute('href', /\/rules\/[\w-]+$/);
      expect(await host.rules(model)).toMatchObject([
        { log_create: false, log_write: true, log_unlink: true, active: true },
      ]);
      await host.record({ operation: 'unlink', model, record_id: '2', old: { x: 1 } });
      // What was let go stays told, and that it is followed by now.
      await coveragePage.open(7);
      await expect(row).toContainText('Followed now');
      await expect(row.getByRole('button')).toHaveCount(0);
    });

    test('a rule that follows a part is widened', async ({ page, host, coveragePage }) => {
      const model = unique('e2e.part');
      const { id } = await host.follow(model, { log_create: false, log_unlink: false });
      await host.report({ operation: 'unlink', model, record_id: '1', old: { x: 1 } });
      await coveragePage.open(90);
      if (script) await hydrated(page);
      await coveragePage.row(model).getByRole('button', { name: /^Add to its rule/ }).click();
      await expect(page).toHaveURL(/done=followed/);
      expect(await host.rules(model)).toMatchObject([
        { id, log_create: false, log_write: true, log_unlink: true },
      ]);
    });
  });
}

test.describe('as an auditor', () => {
  test.use({ person: 'auditor' });

  test('coverage is seen and not changed', async ({ page, host, coveragePage, baseURL }) => {
    const model = unique('e2e.seen');
    await host.report({ operation: 'unlink', model, record_id: '1', old: { x: 1 } });
    await coveragePage.open();
    await expect(coveragePage.row(model)).toBeVisible();
    await expect(page.locator('main').getByRole('button')).toHaveCount(0);
    const answer = await page.request.post('/fn/rules/follow', {
      form: { host: 'crm', model, days: '30' },
      headers: { origin: baseURL ?? '', accept: 'application/json' },
    });
    expect(answer.status()).toBe(403);
    expect(await host.rules(model)).toEqual([]);
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ person: 'administrator', colorScheme });

    test('coverage is accessible', async ({ page, host, coveragePage }) => {
      await host.report({ operation: 'unlink', model: unique('e2e.axe'), record_id: '1', old: {} });
      await coveragePage.open();
      await expectAccessible(page);
    });
  });
}
