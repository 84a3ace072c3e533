// One's own settings: what is chosen holds from the page that comes back on.
import { expect, expectAccessible, expectNoOverflow, test } from '../fixtures';
import { unique } from '../support/environment';

const PASSWORD = 'a password of a test';

/** A person of the test's own, signed in. */
async function somebody(
  page: import('@playwright/test').Page,
  userPage: import('../pages/users').UserPage,
  signInPage: import('../pages/sign-in').SignInPage,
): Promise<string> {
  const login = unique('mia');
  await signInPage.open();
  await signInPage.signIn('admin', 'demo-admin');
  await expect(page).toHaveURL(/\/logs$/);
  await userPage.openNew();
  await userPage.login.fill(login);
  await userPage.typePassword(userPage.form, PASSWORD);
  await userPage.save.click();
  await expect(page).toHaveURL(/done=created/);
  await page.context().clearCookies();
  await signInPage.open();
  await signInPage.signIn(login, PASSWORD);
  await expect(page).toHaveURL(/\/logs$/);
  return login;
}

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('the page that comes back speaks the language and has the theme', async ({
      page,
      mePage,
      userPage,
      signInPage,
    }) => {
      await somebody(page, userPage, signInPage);
      await mePage.open();
      await mePage.language.selectOption('fr');
      await mePage.zone.selectOption('Pacific/Auckland');
      await mePage.theme('dark');
      await mePage.save();
      await expect(page).toHaveURL(/\/me\?done=preferences/);
      await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
      await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Mes réglages');
      await expect(mePage.done).toContainText('Vos réglages sont enregistrés.');
      await expect(page.locator('#zone-help')).toContainText(/NZ[SD]T/);
      await expect(mePage.zone).toHaveValue('Pacific/Auckland');
      await mePage.language.selectOption('');
      await mePage.zone.selectOption('');
      await mePage.save();
      await expect(page.locator('html')).toHaveAttribute('lang', 'en');
      await expect(page.locator('#zone-help')).toContainText('UTC');
    });

    test('a password is changed by who knows it, and ends other sessions', async ({
      page,
      browser,
      mePage,
      userPage,
      signInPage,
    }) => {
      const login = await somebody(page, userPage, signInPage);
      const elsewhere = await browser.newContext({ storageState: { cookies: [], origins: [] } });
      await elsewhere.request.post(new URL('/sign-in', page.url()).href, {
        form: { login, password: PASSWORD },
      });
      await mePage.open();
      await expect(mePage.sessions).toHaveCount(2);
      await mePage.changePassword('not this one', 'another password');
      await expect(mePage.error('old_password')).toHaveText('This is not your password.');
      await mePage.changePassword(PASSWORD, 'another password', 'a third password');
      await expect(mePage.error('password_again')).toContainText('not the same');
      await mePage.changePassword(PASSWORD, 'another password');
      await expect(mePage.done).toContainText('Your password is changed');
      expect(page.url()).not.toContain('another');
      await mePage.open();
      await expect(mePage.sessions, 'this one goes on').toHaveCount(1);
      const there = await elsewhere.request.get(new URL('/logs', page.url()).href, {
        maxRedirects: 0,
      });
      expect(there.status()).not.toBe(200);
      await elsewhere.close();
    });

    test('sessions are ended one by one, or all others', async ({
      page,
      browser,
      mePage,
      userPage,
      signInPage,
    }) => {
      const login = await somebody(page, userPage, signInPage);
      for (let n = 0; n < 3; n += 1) {
        const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
        await context.request.post(new URL('/sign-in', page.url()).href, {
          form: { login, password: PASSWORD },
        });
        await context.close();
      }
      await mePage.open();
      await expect(mePage.sessions).toHaveCount(4);
      await expect(mePage.sessions.first()).toContainText('here');
      await mePage.sessions.nth(1).getByRole('button').click();
      await expect(mePage.sessions).toHaveCount(3);
      await mePage.endOthers.click();
      await expect(mePage.sessions).toHaveCount(1);
      await expect(mePage.endOthers).toHaveCount(0);
    });
  });
}

test.describe('how it looks', () => {
  test.use({ person: 'administrator' });

  for (const address of ['/me', '/integrity']) {
    test(`${address} fits a phone, and axe finds nothing`, async ({ page }) => {
      await page.goto(address);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        for (const width of [360, 1280]) {
          await page.setViewportSize({ width, height: 760 });
          await expectNoOverflow(page);
          await expectAccessible(page);
        }
      }
    });
  }
});
