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

test('the files that a page names are kept by the browser for good', async ({ request }) => {
  const page = await (await request.get('/sign-in')).text();
  const named = [...page.matchAll(/"(\/pkg\/[^"]+\.(?:css|js|wasm))"/g)].map(([, path]) => path ?? '');
  expect(named.length).toBeGreaterThanOrEqual(3);
  for (const path of named) {
    expect(path).toMatch(/^\/pkg\/[\w-]{12}\/revisor/);
    const answer = await request.get(path);
    expect(answer.status(), path).toBe(200);
    expect(answer.headers()['cache-control'], path).toBe('public, max-age=31536000, immutable');
  }
  // A page of another build still finds its way, and asks each time.
  const other = await request.get('/pkg/AAAAAAAAAAAA/revisor.css');
  expect(other.status()).toBe(200);
  expect(other.headers()['cache-control']).toBe('no-cache');
});
