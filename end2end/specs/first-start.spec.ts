// The first start: an empty server leads to creating its administrator.
import { expect, test } from '../fixtures';
import { SetupPage } from '../pages/setup';
import { EmptyServer } from '../support/server';

// Each test has a server of its own.
const own = test.extend<{ server: EmptyServer }>({
  server: async ({}, use) => {
    const server = await EmptyServer.start();
    await use(server);
    await server.stop();
  },
  baseURL: async ({ server }, use) => use(server.url),
});

for (const script of [true, false]) {
  own.describe(script ? 'with wasm' : 'without JavaScript', () => {
    own.use({ javaScriptEnabled: script });

    own('the administrator is created, and signed in', async ({
      page,
      shell,
      signInPage,
      logsPage,
    }) => {
      const setup = new SetupPage(page);
      await page.goto('/logs?model=crm.lead');
      await expect(page).toHaveURL(/\/setup$/);
      await expect(setup.heading).toBeVisible();
      await setup.login.fill('ada');
      await setup.name.fill('Ada First');
      await setup.password.fill('correct horse');
      await setup.again.fill('correct house');
      await setup.submit.click();
      await expect(page.getByRole('alert')).toHaveText('The two passwords are not the same.');
      await expect(setup.login).toHaveValue('ada');
      await expect(setup.name).toHaveValue('Ada First');
      await expect(setup.password).toHaveValue('');
      expect(page.url()).not.toContain('horse');

      await setup.password.fill('correct horse');
      await setup.again.fill('correct horse');
      await setup.submit.click();
      await expect(page).toHaveURL(/\/logs$/);
      await expect(shell.userMenu).toContainText('Ada First');
      // What is done here is followed, too: the first log is of the first administrator.
      await expect(logsPage.rows).toHaveCount(1);
      await expect(logsPage.rows).toContainText('Create');
      await expect(logsPage.rows).toContainText('Ada First');
      // An administrator: the rules are theirs to make.
      await shell.go('Rules');
      await expect(page.getByRole('link', { name: 'New rule' }).first()).toBeVisible();

      await shell.signOut();
      await page.goto('/setup');
      await expect(page).toHaveURL(/\/sign-in$/);
      await signInPage.signIn('ada', 'correct horse');
      await expect(page).toHaveURL(/\/logs$/);
    });
  });
}

own('a short password is refused, and nobody is created', async ({ page, request }) => {
  const answer = await request.post('/setup', {
    form: { login: 'ada', name: '', password: 'short', password_again: 'short' },
    maxRedirects: 0,
  });
  expect(answer.headers().location).toMatch(/^\/setup\?error=/);
  await page.goto(answer.headers().location ?? '');
  await expect(page.getByRole('alert')).toContainText('8 characters or more');
  await page.goto('/sign-in');
  await expect(page).toHaveURL(/\/setup$/);
});

own('a second administrator is not created by this way', async ({ page, request, signInPage }) => {
  const form = { login: 'ada', name: '', password: 'long enough', password_again: 'long enough' };
  const first = await request.post('/setup', { form, maxRedirects: 0 });
  expect(first.headers().location).toBe('/');
  const second = await page.request.post('/setup', {
    form: { ...form, login: 'eve' },
    maxRedirects: 0,
  });
  expect(second.headers().location).toBe('/sign-in?error=already_set_up');
  await page.goto('/sign-in');
  await signInPage.signIn('eve', 'long enough');
  await expect(page.getByRole('alert')).toHaveText('Login or password is wrong.');
});
