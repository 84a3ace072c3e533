// A host's users work in their own application, in one window; what they did is read here, in
// another. Nobody reports anything: the application's writes are audited by themselves.
import { expect, expectAccessible, expectNoOverflow, picture, test } from '../fixtures';
import { unique } from '../support/environment';
import type { Host, Log } from '../support/host';

const MODEL = 'contacts.contact';

test.use({ person: 'administrator' });

/** The logs of the contacts whose names hold `stem`, oldest first, once there are that many. */
async function arrived(host: Host, stem: string, count: number): Promise<Log[]> {
  const ask = (): Promise<Log[]> =>
    host.logs([
      ['model', MODEL],
      ['q', `"${stem}"`],
      ['order', 'asc'],
    ]);
  await expect.poll(async () => (await ask()).length, { message: 'logs arrived' }).toBe(count);
  return ask();
}

test('what is done in an application is seen here: who, what was, what is, and why', async ({
  page,
  contactsPage,
  logsPage,
  logPage,
  historyPage,
  shell,
  host,
}) => {
  const stem = unique('Zoë');

  await test.step('somebody adds a contact', async () => {
    await contactsPage.signIn('Alice Martin');
    await contactsPage.add({
      Name: stem,
      'E-mail': 'zoe@example.org',
      City: 'Łódź',
      Stage: 'Lead',
      Passphrase: 'open sesame',
    });
    await expect(contactsPage.row(stem)).toContainText('Łódź');
  });

  await test.step('somebody else changes it, and says why', async () => {
    await contactsPage.signIn('Bruno Costa');
    await contactsPage.open(stem);
    await contactsPage.fill({
      City: 'Kraków',
      Stage: 'Customer',
      Passphrase: 'another one',
      'Reason for the change': 'They moved',
    });
    await expect(contactsPage.row(stem)).toContainText('Customer');
  });

  const logs = await arrived(host, stem, 2);
  await test.step('the list of logs shows both, with who did it', async () => {
    await logsPage.open({ q: `model:${MODEL} "${stem}"` });
    await expect(logsPage.rows).toHaveCount(2);
    await expect(logsPage.rows.nth(1)).toContainText('Alice Martin');
    await expect(logsPage.rows.nth(1)).toContainText('Create');
    await expect(logsPage.rows.nth(0)).toContainText('Bruno Costa');
  });

  await test.step('a log shows the old and the new values, and no secret', async () => {
    await logPage.open(logs[1]?.id ?? '');
    await expect(logPage.title).toHaveText(stem);
    await expect(logPage.changes).toHaveCount(3);
    await expect(logPage.change('city').old).toHaveText('Łódź');
    await expect(logPage.change('city').new).toHaveText('Kraków');
    await expect(logPage.change('stage').old).toContainText('Lead');
    await expect(logPage.change('stage').new).toContainText('Customer');
    await expect(logPage.change('passphrase').new).toBeVisible();
    await expect(shell.main).not.toContainText('another one');
    await expect(shell.main).toContainText('They moved');
    await expect(shell.main).toContainText('127.0.0.1');
  });

  await test.step('its history is complete', async () => {
    await logPage.openHistory();
    await expect(historyPage.heading).toHaveText('Revision 2 of 2');
    await expect(historyPage.field('email').now).toHaveText('zoe@example.org');
  });

  await test.step('the application leads here', async () => {
    await contactsPage.open(stem);
    const address = (await contactsPage.trail.getAttribute('href')) ?? '';
    await page.goto(address);
    await expect(logsPage.rows).toHaveCount(2);
  });
});

test('many contacts at once are a log each', async ({ contactsPage, host }) => {
  const stem = unique('Many');
  const names = ['a', 'b', 'c'].map((letter) => `${stem} ${letter}`);
  const [a = '', b = '', c = ''] = names;
  await contactsPage.signIn('Chioma Obi');
  for (const name of names) await contactsPage.add({ Name: name });
  await contactsPage.selected('Archive selected', a, b);
  await expect(contactsPage.row(a)).toHaveCount(0);
  await contactsPage.page.getByRole('link', { name: 'Archived ones' }).click();
  await contactsPage.selected('Delete selected', a, b);
  await contactsPage.open(c);
  await contactsPage.page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(contactsPage.row(c)).toHaveCount(0);

  const logs = await arrived(host, stem, 8);
  const told = logs.map((log) => `${log.operation} ${log.record_name?.slice(-1)}`);
  expect(told.slice(0, 3)).toEqual(['create a', 'create b', 'create c']);
  expect(told.slice(3, 5).sort()).toEqual(['write a', 'write b']);
  expect(told.slice(5, 7).sort()).toEqual(['unlink a', 'unlink b']);
  expect(told[7]).toBe('unlink c');
  for (const log of logs.slice(3, 5)) {
    expect(log.changes).toEqual([
      expect.objectContaining({ field: 'archived', old: false, new: true }),
    ]);
  }
});

test('what is refused leaves no log', async ({ contactsPage, host }) => {
  const stem = unique('Refused');
  await contactsPage.signIn('Alice Martin');
  await contactsPage.add({ Name: stem, 'E-mail': 'nowhere' });
  await expect(contactsPage.fault).toHaveText('An e-mail address has an @ in it.');
  await contactsPage.fill({ 'E-mail': 'some@where.example' });
  await expect(contactsPage.row(stem)).toBeVisible();
  const [only] = await arrived(host, stem, 1);
  expect(only?.operation).toBe('create');
});

test('saving what was not changed makes no log', async ({ contactsPage, host }) => {
  const stem = unique('Same');
  await contactsPage.signIn('Alice Martin');
  await contactsPage.add({ Name: stem });
  await contactsPage.open(stem);
  await contactsPage.fill({});
  await contactsPage.open(stem);
  await contactsPage.fill({ City: 'Cork' });
  await expect(contactsPage.row(stem)).toContainText('Cork');
  const logs = await arrived(host, stem, 2);
  expect(logs.map((log) => log.operation)).toEqual(['create', 'write']);
});

test('the contacts are easy on the eye and for everybody', async ({ contactsPage }) => {
  const { page } = contactsPage;
  await contactsPage.signIn('Alice Martin');
  await contactsPage.add({ Name: unique('Seen'), 'E-mail': 'a@example.org', City: 'Lyon' });
  await picture(page, 'contacts');
  for (const address of ['/', '/?archived', '/contacts/new', '/sign-in']) {
    await page.goto(address);
    await expectAccessible(page);
    await page.setViewportSize({ width: 360, height: 740 });
    await expectNoOverflow(page);
    await page.setViewportSize({ width: 1280, height: 720 });
  }
});
