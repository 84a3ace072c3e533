// Hosts and keys: made, shown once, used, revoked; and what uninstalling leaves.
import { expect, expectAccessible, hydrated, test } from '../fixtures';
import { unique } from '../support/environment';

for (const script of [true, false]) {
  test.describe(script ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled: script, person: 'administrator' });

    test('a host is made, reports with its key, and is uninstalled', async ({
      page,
      watch,
      hostsPage,
      hostPage,
      newKeyPage,
      baseURL,
    }) => {
      const name = unique('e2e-shop').replaceAll('.', '-');
      await hostsPage.open();
      if (script) await hydrated(page);
      await hostsPage.make(name, 'Web shop');
      await expect(page).toHaveURL(new RegExp(`/hosts/${name}\\?done=created$`));
      await hostPage.newKey.click();
      await newKeyPage.name.fill('Production');
      await expect(newKeyPage.scope('record')).toBeChecked();
      await newKeyPage.submit.click();

      // Shown once, with a call that works as it stands.
      await expect(newKeyPage.secret).toHaveText(/^rvs_[\w-]{43}$/);
      const key = (await newKeyPage.secret.textContent()) ?? '';
      const call = (await newKeyPage.call.textContent()) ?? '';
      expect(call).toContain(`${baseURL}/api/v1/operations`);
      expect(call).toContain(`Bearer ${key}`);
      expect(page.url()).not.toContain('rvs_');
      const body = call.slice(call.indexOf("-d '") + 4, -1);
      const answer = await page.request.post('/api/v1/operations', {
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        data: body,
      });
      expect(answer.status(), await answer.text()).toBe(200);
      if (script) {
        expect(await page.evaluate(() => JSON.stringify(history.state))).not.toContain('rvs_');
        await page.reload();
        await expect(newKeyPage.form).toBeVisible();
        await expect(newKeyPage.secret).toHaveCount(0);
      }

      await hostPage.open(name);
      await expect(hostPage.key('Production')).toHaveCount(1);
      await expect(hostPage.key('Production')).toContainText(key.slice(0, 12));
      await expect(page.locator('main')).not.toContainText(key);
      await hostPage.key('Production').getByRole('link', { name: 'Revoke Production' }).click();
      await page.getByRole('button', { name: 'Revoke the key' }).click();
      await expect(hostPage.done).toContainText('revoked');
      await expect(hostPage.key('Production')).toContainText('revoked');
      await expect(hostPage.key('Production').getByRole('link')).toHaveCount(0);

      await hostPage.uninstall.click();
      await expect(page.locator('.card.narrow')).toContainText('Every log, readable as before.');
      await page.getByRole('button', { name: 'Uninstall the host' }).click();
      await expect(page).toHaveURL(/\/hosts\?done=uninstalled$/);
      await expect(hostsPage.row(name)).toHaveCount(0);
      await page.getByRole('link', { name: /^Show \d+ uninstalled/ }).click();
      await expect(hostsPage.row(name)).toContainText('uninstalled');
      await hostsPage.row(name).getByRole('link').click();
      await expect(hostPage.warned).toContainText('its logs stay');
      await expect(hostPage.newKey).toHaveCount(0);
      watch.tolerateStatus(404);
    });

    test('a form sent twice makes one key', async ({ page, hostPage, newKeyPage, host, baseURL }) => {
      const name = await host.create(unique('e2e-twice').replaceAll('.', '-'));
      await newKeyPage.open(name);
      if (script) await hydrated(page);
      const known = await newKeyPage.form.locator('input[name=known]').inputValue();
      await newKeyPage.name.fill('Once');
      await newKeyPage.submit.click();
      await expect(newKeyPage.secret).toBeVisible();
      const again = await page.request.post(`/hosts/${name}/keys`, {
        form: { known, name: 'Once', scope: 'record', days: '0' },
        headers: { origin: baseURL ?? '' },
      });
      expect(again.url()).toContain('done=again');
      expect(await again.text()).not.toMatch(/rvs_[\w-]{43}/);
      await hostPage.open(name);
      await expect(hostPage.keys).toHaveCount(1);
    });

    test('what is wrong is told, and what was typed is kept', async ({
      page,
      watch,
      hostsPage,
      newKeyPage,
      host,
    }) => {
      watch.tolerateStatus(422);
      await hostsPage.open();
      if (script) await hydrated(page);
      await hostsPage.make('Not A Name', 'Label');
      await expect(hostsPage.form.getByRole('alert')).toContainText('what you typed is kept');
      await expect(hostsPage.form.locator('input[name=label]')).toHaveValue('Label');
      const name = await host.create(unique('e2e-wrong').replaceAll('.', '-'));
      await newKeyPage.open(name);
      if (script) await hydrated(page);
      await newKeyPage.name.fill('No scope');
      await newKeyPage.scope('record').uncheck();
      await newKeyPage.submit.click();
      await expect(page.locator('#scopes-error')).not.toBeEmpty();
      await expect(newKeyPage.name).toHaveValue('No scope');
      await expect(newKeyPage.scope('record')).not.toBeChecked();
    });
  });
}

test.describe('as an auditor', () => {
  test.use({ person: 'auditor' });

  test('hosts are seen and not changed', async ({ page, watch, hostsPage, hostPage, shell, baseURL }) => {
    watch.tolerateStatus(403);
    await hostsPage.open();
    await expect(hostsPage.row('crm')).toBeVisible();
    await expect(hostsPage.create).toHaveCount(0);
    await hostPage.open('crm');
    await expect(hostPage.keys.first()).toBeVisible();
    await expect(hostPage.newKey).toHaveCount(0);
    await expect(hostPage.uninstall).toHaveCount(0);
    await expect(page.getByRole('link', { name: /^Revoke/ })).toHaveCount(0);
    for (const address of ['/hosts/crm/keys', '/hosts/crm/uninstall']) {
      const answer = await page.goto(address);
      expect(answer?.status(), address).toBe(403);
      await expect(shell.failure).toContainText('This page is not for you');
    }
    const forged = await page.request.post('/hosts/crm/keys', {
      form: { known: '0', name: 'Forged', scope: 'admin' },
      headers: { origin: baseURL ?? '' },
    });
    expect(forged.status()).toBe(403);
    expect(await forged.text()).not.toMatch(/rvs_[\w-]{43}/);
  });
});

test.describe('as a salesperson', () => {
  test.use({ person: 'salesperson' });

  test('hosts are refused', async ({ page, watch, shell }) => {
    watch.tolerateStatus(403);
    const answer = await page.goto('/hosts');
    expect(answer?.status()).toBe(403);
    await expect(shell.failure).toContainText('This page is not for you');
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ person: 'administrator', colorScheme });

    test('the pages of hosts are accessible', async ({ page, newKeyPage, host }) => {
      const name = await host.create(unique('e2e-axe').replaceAll('.', '-'));
      for (const address of ['/hosts', '/hosts/crm', '/hosts/revisor', `/hosts/${name}/uninstall`]) {
        await page.goto(address);
        await expectAccessible(page);
      }
      await newKeyPage.open(name);
      await expectAccessible(page);
      await newKeyPage.name.fill('Looked at');
      await newKeyPage.submit.click();
      await expect(newKeyPage.secret).toBeVisible();
      await expectAccessible(page);
      await page.goto(`/hosts/${name}`);
      await expectAccessible(page);
    });
  });
}
