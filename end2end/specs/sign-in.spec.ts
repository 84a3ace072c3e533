// Signing in and out, with wasm and without.
import { expect, test } from '../fixtures';
import { PEOPLE } from '../support/environment';

const { login, password, name } = PEOPLE.administrator;

for (const script of [true, false]) {
  test.describe(script ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled: script });

    test('a wrong password is told, and the login kept', async ({ page, signInPage }) => {
      await signInPage.open();
      await signInPage.signIn(login, 'not-the-password');
      await expect(page).toHaveURL(/\/sign-in\?error=wrong_credentials/);
      await expect(page.getByRole('alert')).toHaveText('Login or password is wrong.');
      await expect(signInPage.login).toHaveValue(login);
      await expect(signInPage.password).toHaveValue('');
      await signInPage.password.fill(password);
      await signInPage.submit.click();
      await expect(page).toHaveURL(/\/logs$/);
    });

    test('an unknown login is told with the same words', async ({ page, signInPage }) => {
      await signInPage.open();
      await signInPage.signIn('no-one-has-this-login', 'not-the-password');
      await expect(page.getByRole('alert')).toHaveText('Login or password is wrong.');
    });

    test('signing out ends the session', async ({ page, context, shell, signInPage, logsPage }) => {
      await signInPage.open();
      await signInPage.signIn(login, password);
      await expect(logsPage.rows.first()).toBeVisible();
      await expect(shell.userMenu).toContainText(name);
      const cookies = await context.cookies();
      await shell.signOut();
      await expect(page).toHaveURL(/\/sign-in$/);
      await page.goto('/logs');
      await expect(page).toHaveURL(/\/sign-in\?next=/);
      // Who kept the cookie is out, too.
      await context.addCookies(cookies);
      await page.goto('/logs');
      await expect(page).toHaveURL(/\/sign-in\?next=/);
    });

    test('one comes to the page that one asked for', async ({ page, signInPage, logsPage }) => {
      const wanted = '/logs?model=crm.lead&operation=write&q=bicycles%20for';
      await page.goto(wanted);
      await expect(page).toHaveURL((url) => url.pathname === '/sign-in');
      // Kept over a wrong password, too.
      await signInPage.signIn(login, 'not-the-password');
      await expect(page.getByRole('alert')).toBeVisible();
      await signInPage.signIn(login, password);
      await expect(page).toHaveURL(wanted);
      await expect(logsPage.search).toHaveValue('bicycles for');
    });
  });
}

for (const next of [
  '//evil.example',
  'https://evil.example/',
  '/\\evil.example',
  '\\\\evil.example',
  '/\t/evil.example',
  'javascript:alert(1)',
]) {
  test(`one is not sent to ${JSON.stringify(next)}`, async ({ page, baseURL, signInPage }) => {
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await signInPage.signIn(login, password);
    await expect(page).toHaveURL(`${baseURL}/logs`);
  });
}

test('nobody sees a page without signing in', async ({ request }) => {
  for (const address of [
    '/',
    '/logs',
    '/logs?q=bicycles',
    '/logs/selected?log=1',
    '/logs/01a20792-1869-7610-a7b7-c3a58e2ca87d',
    '/models',
    '/models/crm.lead/records?host=crm',
    '/records/crm.lead/1?host=crm',
    '/rules',
    '/rules/new',
    '/rules/1/delete',
    '/export?format=csv',
  ]) {
    const answer = await request.get(address, { maxRedirects: 0 });
    expect.soft([302, 303, 307], address).toContain(answer.status());
    const expected = address === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(address)}`;
    expect.soft(answer.headers().location, address).toBe(expected);
    expect.soft(await answer.text(), address).not.toContain('<table');
  }
});

test('the setup page is closed once there is an administrator', async ({ page, signInPage }) => {
  await page.goto('/setup');
  await expect(page).toHaveURL(/\/sign-in$/);
  await expect(signInPage.login).toBeVisible();
});

test.describe('as one who is signed in', () => {
  test.use({ person: 'administrator' });

  test('the sign-in page leads on', async ({ page }) => {
    await page.goto('/sign-in');
    await expect(page).toHaveURL(/\/logs$/);
  });

  test('a session that ended leads to signing in, and back', async ({
    page,
    context,
    shell,
    watch,
    signInPage,
    rulesPage,
  }) => {
    watch.tolerateStatus(401);
    await page.goto('/logs');
    await expect(shell.userMenu).toBeVisible();
    await context.clearCookies();
    await shell.go('Rules');
    await expect(page).toHaveURL(/\/sign-in\?next=%2Frules$/);
    await signInPage.signIn(login, password);
    await expect(page).toHaveURL(/\/rules$/);
    await expect(rulesPage.heading).toBeVisible();
  });

  test('another site cannot act with the session', async ({ page, baseURL }) => {
    const answer = await page.request.post('/sign-out', {
      headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
      maxRedirects: 0,
    });
    expect(answer.status()).toBe(403);
    await page.goto('/logs');
    await expect(page).toHaveURL(`${baseURL}/logs`);
  });
});
