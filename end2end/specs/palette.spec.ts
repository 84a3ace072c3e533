// Going to anything by its name, with a dialog and without.
import { expect, expectAccessible, hydrated, test } from '../fixtures';

test.describe('with JavaScript', () => {
  test.use({ person: 'administrator' });

  test('a page, a model and a record are a few keys away', async ({ page, palette }) => {
    await page.goto('/logs');
    await hydrated(page);
    await palette.open();
    await expect(palette.text).toBeFocused();
    await expect(palette.option('Overview')).toBeVisible();
    await palette.text.fill('rul');
    await expect(palette.chosen).toHaveText(/Rules/);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(/\/rules$/);
    await expect(palette.dialog).toBeHidden();

    await palette.open();
    await palette.text.fill('crm.lead');
    await expect(palette.option('Lead/Opportunity').first()).toBeVisible();
    await palette.option('Lead/Opportunity').first().click();
    await expect(page).toHaveURL(/\/models\/crm\.lead\/records/);

    await palette.open();
    await palette.text.fill('delivery bicycles');
    const record = palette.options.filter({ hasText: 'Forty delivery bicycles' }).first();
    await expect(record).toBeVisible();
    await record.click();
    await expect(page).toHaveURL(/\/records\/crm\.lead\//);
  });

  test('arrows choose, and Esc closes where one was', async ({ page, palette }) => {
    await page.goto('/rules');
    await hydrated(page);
    await palette.link.click();
    await expect(palette.options.nth(1)).toBeVisible();
    const [first, second] = await palette.options.allInnerTexts();
    await expect(palette.chosen).toHaveText(first ?? '');
    await page.keyboard.press('ArrowDown');
    await expect(palette.chosen).toHaveText(second ?? '');
    const id = await palette.chosen.getAttribute('id');
    await expect(palette.text).toHaveAttribute('aria-activedescendant', id ?? '');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await expect(palette.chosen).toHaveAttribute(
      'id',
      (await palette.options.last().getAttribute('id')) ?? '',
    );
    await page.keyboard.press('Escape');
    await expect(palette.dialog).toBeHidden();
    await expect(page).toHaveURL(/\/rules$/);
  });

  test('axe finds nothing in the open palette', async ({ page, palette }) => {
    await page.goto('/logs');
    await hydrated(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await palette.open();
      await expect(palette.options.first()).toBeVisible();
      await expectAccessible(page);
    }
  });
});

test.describe('without JavaScript', () => {
  test.use({ person: 'administrator', javaScriptEnabled: false });

  test('the same is a page', async ({ page, palette }) => {
    await page.goto('/logs');
    await palette.link.click();
    await expect(page).toHaveURL(/\/find$/);
    await page.getByRole('searchbox').fill('delivery bicycles');
    await page.getByRole('button', { name: 'Find' }).click();
    await expect(page).toHaveURL(/\/find\?q=delivery\+bicycles$/);
    await palette.found.getByRole('link', { name: /Forty delivery bicycles/ }).first().click();
    await expect(page).toHaveURL(/\/records\/crm\.lead\//);
  });
});

test.describe('as a salesperson', () => {
  test.use({ person: 'salesperson' });

  test('only what they may see is found', async ({ page, palette }) => {
    await page.goto('/find?q=r');
    await expect(palette.found.getByRole('link', { name: 'Records' })).toBeVisible();
    await expect(palette.found.getByRole('link', { name: 'Rules' })).toHaveCount(0);
    await page.goto('/find?q=res.users');
    await expect(palette.found.getByText('res.users', { exact: true })).toHaveCount(0);
  });
});
