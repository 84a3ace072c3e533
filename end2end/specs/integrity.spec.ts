// Proofs: the page of a log checks its own, verifications are run and told, and what is not as it
// was sealed is said so.
import { expect, hydrated, test } from '../fixtures';
import { unique } from '../support/environment';

test.describe('as an administrator', () => {
  test.use({ person: 'administrator' });

  test('the browser checks the proof of a log by itself', async ({ page, host, logPage }) => {
    const model = unique('e2e.proof');
    await host.follow(model);
    const [id] = await host.record({
      operation: 'create', model, record_id: '1', new: { name: 'Sealed' },
      user: { login: 'e2e', name: 'End to End' },
    });
    // Sealed within two seconds of the commit.
    await expect(async () => {
      await logPage.open(id ?? '');
      await expect(page.locator('[data-proof]')).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 20_000 });
    await hydrated(page);
    const told = page.locator('.proof-told');
    await expect(told).toHaveText(/this log is in the trail as it was sealed/);
    await expect(told).toHaveAttribute('data-holds', 'true');
    await expect(page.locator('[data-proof]')).toContainText(/Under a signed checkpoint of [\d,]+ logs/);

    // Whatever of it is altered, the proof does not hold.
    const checked = async (name: string, value: (old: string) => string) => {
      const old = (await page.locator('[data-proof]').getAttribute(name)) ?? '';
      await page.locator('[data-proof]').evaluate(
        (place, [attribute, altered]) => {
          place.setAttribute(attribute as string, altered as string);
          window.dispatchEvent(new Event('revisor:page'));
        },
        [name, value(old)],
      );
      const holds = await told.getAttribute('data-holds');
      await page.locator('[data-proof]').evaluate(
        (place, [attribute, text]) => place.setAttribute(attribute as string, text as string),
        [name, old],
      );
      return holds;
    };
    const flipped = (text: string) => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
    expect(await checked('data-proof-leaf', flipped)).toBe('false');
    expect(await checked('data-proof-leaf-hash', flipped)).toBe('false');
    expect(await checked('data-proof-hashes', flipped)).toBe('false');
    expect(await checked('data-proof-index', (index) => String(Number(index) - 1))).toBe('false');
    expect(await checked('data-proof', (note) => note.replace(/\n\d+\n/, '\n1\n'))).toBe('false');
    expect(await checked('data-proof-keys', flipped)).toBe('false');
    expect(await checked('data-proof-id', flipped)).toBe('false');
    expect(await checked('data-proof-id', (same) => same)).toBe('true');
  });

  for (const script of [true, false]) {
    test.describe(script ? 'with wasm' : 'without JavaScript', () => {
      test.use({ javaScriptEnabled: script });

      test('a verification is started and ends with its verdict', async ({ page }) => {
        await page.goto('/integrity');
        if (script) await hydrated(page);
        await expect(page.locator('#checkpoint-note')).toContainText('revisor/');
        await expect(page.locator('#checkpoint-key')).toContainText(/^\s*revisor\/[0-9a-f]{16}\+[0-9a-f]{8}\+/);
        const runs = page.locator('[data-test=runs] tbody tr');
        const before = await runs.count();
        await page.getByRole('button', { name: 'Verify now' }).click();
        await expect(runs.first()).toContainText('admin');
        await expect(page).toHaveURL(/\/integrity$/);
        await expect(async () => {
          await page.goto('/integrity');
          expect(await runs.count()).toBe(Math.min(before + 1, 10));
          await expect(runs.first().locator('.verdict')).toHaveText('Intact', { timeout: 500 });
        }).toPass({ timeout: 30_000 });
        await expect(runs.first()).toContainText('admin');
        await page.goto('/overview');
        await expect(page.getByText('Last verified')).toBeVisible();
      });
    });
  }
});

test.describe('as a salesperson', () => {
  test.use({ person: 'salesperson' });

  test('checkpoints are seen, verifications are not', async ({ page, baseURL }) => {
    await page.goto('/integrity');
    await expect(page.locator('#checkpoint-note')).toContainText('revisor/');
    await expect(page.getByRole('button', { name: 'Verify now' })).toHaveCount(0);
    await expect(page.locator('#runs')).toHaveCount(0);
    const forged = await page.request.post('/fn/integrity/verify', {
      form: {},
      headers: { origin: baseURL ?? '' },
    });
    expect(forged.status()).toBe(403);
  });
});
