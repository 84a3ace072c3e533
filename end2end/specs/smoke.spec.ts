// The server answers, and who is not signed in is asked to.
import { expect, picture, test } from '../fixtures';

test('the server says that it is ready', async ({ request }) => {
  expect((await request.get('/healthz')).status()).toBe(200);
  expect((await request.get('/readyz')).status()).toBe(200);
});

test('whoever is not signed in is asked to sign in', async ({ page, signInPage }) => {
  await signInPage.open();
  await expect(signInPage.login).toBeVisible();
  await expect(signInPage.password).toBeVisible();
  await picture(page, 'sign-in');
});

test('the site files are served', async ({ request }) => {
  for (const file of ['revisor.js', 'revisor_bg.wasm', 'revisor.css']) {
    const answer = await request.get(`/pkg/${file}`);
    expect(answer.status(), file).toBe(200);
  }
});
