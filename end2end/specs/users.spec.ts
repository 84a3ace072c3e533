// People: created, changed, given another password, disabled; and the groups they are in.
import { expect, expectAccessible, expectNoOverflow, test } from '../fixtures';
import { unique } from '../support/environment';

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ person: 'administrator', javaScriptEnabled });

    test('a person is created with the password offered, and signs in with it', async ({
      page,
      browser,
      usersPage,
      userPage,
    }) => {
      const login = unique('sam');
      await usersPage.open();
      await usersPage.newUser.click();
      await userPage.login.fill(login);
      await userPage.name.fill(`Sam ${login}`);
      await userPage.role('Auditor').check();
      await userPage.otherGroups('Night shift');
      const password = await userPage.offered.inputValue();
      expect(password).toMatch(/^([a-z2-9]{4}-){4}[a-z2-9]{4}$/);
      await userPage.save.click();
      await expect(page).toHaveURL(/\/users\?done=created&user=/);
      expect(page.url()).not.toContain(password);
      await expect(usersPage.done).toContainText(`Sam ${login} can sign in now`);
      await expect(usersPage.row(`Sam ${login}`)).toContainText('Night shift');

      const context = await browser.newContext({ storageState: { cookies: [], origins: [] } });
      const answer = await context.request.post(new URL('/sign-in', page.url()).href, {
        form: { login, password },
        maxRedirects: 0,
      });
      expect(answer.headers().location).toBe('/');

      // Another password signs them out.
      await usersPage.openPerson(`Sam ${login}`);
      await userPage.typePassword(userPage.reset, 'another password');
      await userPage.reset.getByRole('button', { name: 'Set this password' }).click();
      await expect(usersPage.done).toContainText('signed out everywhere');
      const after = await context.request.get(new URL('/logs', page.url()).href, {
        maxRedirects: 0,
      });
      expect(after.headers().location).toMatch(/^\/sign-in/);
      await context.close();
    });

    test('what was typed comes back with what is wrong, but no password', async ({
      page,
      userPage,
    }) => {
      await userPage.openNew();
      await userPage.login.fill('admin');
      await userPage.name.fill('Another administrator');
      await userPage.typePassword(userPage.form, 'a good password');
      await userPage.save.click();
      await expect(userPage.refused).toContainText('A user of this login exists already');
      await expect(userPage.name).toHaveValue('Another administrator');
      expect(page.url()).not.toContain('good');
      await userPage.typePassword(userPage.form, 'short', 'other');
      await userPage.save.click();
      await expect(page.locator('#password-error')).toContainText('8 to 1,024 characters');
      await expect(page.locator('#password_again-error')).toContainText('not the same');
    });

    test('a person is changed, disabled and let in again', async ({
      usersPage,
      userPage,
    }) => {
      const login = unique('eve');
      await userPage.openNew();
      await userPage.login.fill(login);
      await userPage.save.click();
      await usersPage.openPerson(login);
      await userPage.name.fill(`Eve ${login}`);
      await userPage.otherGroups('Day shift\nNight shift');
      await userPage.save.click();
      await expect(usersPage.done).toContainText('is saved');
      await usersPage.openPerson(`Eve ${login}`);
      await expect(userPage.group('Day shift')).toBeChecked();
      await userPage.access.getByText('Disable…').click();
      await expect(userPage.access).toContainText('signed out everywhere at once');
      await userPage.access.getByRole('button', { name: 'Disable', exact: true }).click();
      await expect(usersPage.done).toContainText('is disabled');
      await usersPage.filter(login, 'Every role', 'Disabled');
      await expect(usersPage.rows).toHaveCount(1);
      await usersPage.openPerson(`Eve ${login}`);
      await userPage.access.getByRole('button', { name: 'Enable again' }).click();
      await expect(usersPage.done).toContainText('may sign in again');
    });

    test('the last administrator stays one', async ({ usersPage, userPage }) => {
      await usersPage.open('?q=admin&role=administrator&state=active');
      await expect(usersPage.rows).toHaveCount(1);
      await usersPage.openPerson('Demo Administrator');
      await expect(userPage.form).toContainText('This is the last administrator');
      await expect(userPage.role('User')).toBeDisabled();
      await expect(userPage.access).toHaveCount(0);
    });

    test('groups tell their members and what they may read', async ({ page }) => {
      await page.goto('/users/groups');
      const rows = page.locator('[data-test=groups] tbody tr');
      await expect(rows.first()).toBeVisible();
      await expect(rows.filter({ hasText: 'Nadia Okafor' }).first()).toBeVisible();
      await expect(rows.filter({ hasText: 'Lead/Opportunity' }).first()).toBeVisible();
    });
  });
}

test.describe('as an auditor', () => {
  test.use({ person: 'auditor' });

  test('people are seen and not changed', async ({ page, watch, usersPage, userPage }) => {
    watch.tolerateStatus(403);
    await usersPage.open();
    await expect(usersPage.newUser).toHaveCount(0);
    await usersPage.openPerson('Nadia Okafor');
    await expect(page.getByText('Only administrators change people')).toBeVisible();
    await expect(userPage.name).toBeDisabled();
    await expect(userPage.save).toHaveCount(0);
    await expect(userPage.reset).toHaveCount(0);
    const answer = await page.goto('/users/new');
    expect(answer?.status()).toBe(403);
  });
});

test.describe('as a salesperson', () => {
  test.use({ person: 'salesperson' });

  test('people are not theirs to see', async ({ page, watch }) => {
    watch.tolerateStatus(403);
    for (const address of ['/users', '/users/groups', '/users/new']) {
      const answer = await page.goto(address);
      expect(answer?.status(), address).toBe(403);
    }
  });
});

test.describe('how it looks', () => {
  test.use({ person: 'administrator' });

  for (const address of ['/users', '/users?q=nobody-has-this', '/users/groups', '/users/new']) {
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
