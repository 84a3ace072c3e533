// Erasure: an administrator finds a data subject, says why, confirms, and what was personal shows as
// erased in the log, the list and the history.
import { expect, expectAccessible, hydrated, test } from '../fixtures';
import { HOST, unique } from '../support/environment';

const CONTACT = {
  label: 'Contact',
  fields: [
    { name: 'name', label: 'Name', type: 'char', personal: true },
    { name: 'email', label: 'Email', type: 'char', personal: true },
    { name: 'vip', label: 'VIP', type: 'boolean' },
  ],
};

for (const script of [true, false]) {
  test.describe(script ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled: script, person: 'administrator' });

    test('a person is found, erased, and shown as erased everywhere', async ({ page, host }) => {
      const model = unique('e2e.person');
      await host.declare(model, CONTACT);
      await host.follow(model);
      const user = { login: 'e2e', name: 'End to End' };
      const [id] = await host.record({
        operation: 'create', model, record_id: 'p-7', user,
        new: { name: 'Agatha Personal', email: 'agatha@example.org', vip: true },
      });
      await page.goto(`/logs/${id ?? ''}`);
      await expect(page.locator('main')).toContainText('agatha@example.org');

      // From the history of the record to the page that erases.
      await page.goto(`/records/${model}/p-7?host=${HOST}`);
      if (script) await hydrated(page);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('p-7');
      await page.getByRole('link', { name: 'Erase personal data' }).click();
      const subject = page.locator('[data-test=subject]');
      await expect(subject).toContainText(`${HOST} / ${model} / p-7`);
      await expect(subject).toContainText('1 log holds personal values');
      if (script) await expectAccessible(page);

      // Not what was asked for to confirm it: nothing is erased, and the reason is kept.
      const form = page.locator('[data-test=erase]');
      await form.getByLabel('Reason').fill('asked by letter');
      await form.getByLabel('To confirm').fill('p-8');
      await form.getByRole('button', { name: 'Erase for ever' }).click();
      await expect(form.locator('#confirm-error')).toHaveText('This is not the record’s id.');
      await expect(form.getByLabel('Reason')).toHaveValue('asked by letter');
      await form.getByLabel('To confirm').fill('p-7');
      await form.getByRole('button', { name: 'Erase for ever' }).click();
      await expect(page.locator('.notice-good')).toContainText('Erased.');
      await expect(subject).toContainText('Nothing is kept that can be erased.');
      await expect(subject).toContainText('asked by letter');
      const past = page.locator('[data-test=erasures]').getByRole('row', { name: model });
      await expect(past).toContainText('asked by letter');
      if (script) await expectAccessible(page);

      await page.goto(`/logs/${id ?? ''}`);
      const mark = page.locator('.value-erased').first();
      await expect(mark).toHaveText('erased');
      await expect(mark).toHaveAttribute('title', /^Erased .*: the key that it was kept under is destroyed\.$/);
      await expect(page.locator('main')).not.toContainText('agatha');
      for (const address of [`/logs?host=${HOST}&model=${model}`, `/records/${model}/p-7?host=${HOST}`]) {
        await page.goto(address);
        await expect(page.locator('main')).toContainText('erased');
        await expect(page.locator('main')).not.toContainText('gatha');
      }
      // That it was erased is itself a log.
      await page.goto('/logs?model=revisor.erasure');
      await expect(page.locator('main')).toContainText(model);
    });
  });
}

test.describe('as an auditor', () => {
  test.use({ person: 'auditor' });

  test('nothing can be erased', async ({ page, host, baseURL, watch }) => {
    watch.tolerateStatus(403);
    const model = unique('e2e.kept');
    await host.declare(model, CONTACT);
    await host.follow(model);
    await host.record({
      operation: 'create', model, record_id: '1', user: { login: 'e2e', name: 'End to End' },
      new: { name: 'Kept Person' },
    });
    await page.goto(`/records/${model}/1?host=${HOST}`);
    await expect(page.locator('main')).toContainText('Kept Person');
    await expect(page.getByRole('link', { name: 'Erase personal data' })).toHaveCount(0);
    const answer = await page.request.post('/fn/integrity/erase', {
      form: { host: HOST, model, record: '1', reason: 'x', confirm: '1' },
      headers: { origin: baseURL ?? '', accept: 'application/json' },
    });
    expect(answer.status()).toBe(403);
    await page.goto('/integrity/erasure');
    await expect(page.locator('main')).not.toContainText('Erase for ever');
  });
});
