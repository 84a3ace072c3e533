// Every page in French: nothing of the frame is left in English.
import { expect, test } from '../fixtures';
import { HOST } from '../support/environment';

/** Words that only an English page would show; what hosts name is not among them. */
const ENGLISH =
  /(?<!\p{L})(the|and|with|what|who|when|your|you|this|that|are|is not|nothing|Save|Cancel|Search|Sign|Logs|Records|Rules|Overview|Settings|Keyboard|Skip|Users|Hosts)(?!\p{L})/u;

const FRAME = ['.skip', '.side', '#keys', '#palette', '#announce'];
/** Pages of which every word is asked for here. */
const WHOLE = ['/overview', '/users', '/users/groups', '/users/new', '/me', '/integrity', '/find'];

test.use({ person: 'administrator', locale: 'fr-FR' });

const ADDRESSES = [
  ...WHOLE,
  '/logs',
  '/logs/selected',
  '/models',
  '/models/crm.lead',
  `/models/crm.lead/records?host=${HOST}`,
  '/rules',
  '/rules/new',
  '/rules/coverage',
  '/hosts',
  `/hosts/${HOST}`,
  '/filters',
];

for (const address of ADDRESSES) {
  test(address, async ({ page }) => {
    await page.goto(address);
    await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
    for (const place of FRAME) {
      const text = await page.locator(place).first().evaluate((of) => of.textContent ?? '');
      expect.soft(text, `${place} of ${address}`).not.toMatch(ENGLISH);
    }
    if (WHOLE.includes(address)) {
      // Names, logins and values are the hosts' own words.
      const text = await page.locator('main').evaluate((main) => {
        const copy = main.cloneNode(true) as HTMLElement;
        const named = 'bdi, code, td, .share-name, .row-link, option, .tag, title';
        for (const of of copy.querySelectorAll(named)) of.remove();
        return copy.textContent ?? '';
      });
      expect.soft(text, `the words of ${address}`).not.toMatch(ENGLISH);
    }
  });
}

test('nobody is asked to sign in in English', async ({ browser, baseURL }) => {
  const context = await browser.newContext({
    baseURL,
    locale: 'fr-FR',
    storageState: { cookies: [], origins: [] },
  });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
  expect(await page.locator('body').innerText()).not.toMatch(ENGLISH);
  await context.close();
});
