// What a host reports is text, whatever it holds: nothing of it runs, turns the page round, or
// breaks it open.
import { expect, expectNoOverflow, hydrated, picture, test } from '../fixtures';
import { unique } from '../support/environment';

// Whatever becomes an element of any of these can be found by its attribute.
const SCRIPT = `<script data-hostile>alert('run')</script><img data-hostile src=x onerror="alert('img')">`;
const BREAKING = `</title></textarea></script></style>--><p data-hostile onclick=alert('p')>"'\`{{7*7}}`;
const BIDI = 'pay \u202e001 rof\u202c \u2066x\u2069 \u200fend';
const LONG = 'unbroken'.repeat(120);
const NULLISH = 'a\u0001b\u007fc\u2028d\ufeff';

for (const script of [true, false]) {
  test.describe(script ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled: script, person: 'administrator' });

    test('hostile names and values are text on every page', async ({
      page,
      host,
      logsPage,
      logPage,
      historyPage,
      recordsPage,
      rulesPage,
      ruleForm,
    }) => {
      test.slow();
      const model = unique('e2e.hostile');
      await host.declare(model, {
        label: `<b>Bold</b> ${SCRIPT}`.slice(0, 100),
        fields: [
          { name: 'title', label: `<i>Title</i>`, type: 'char' },
          { name: 'body', label: 'Body', type: 'html' },
          { name: 'data', label: 'Data', type: 'json' },
        ],
      });
      const rule = await host.follow(model, { name: `</title><p data-hostile>rule</p> ${BIDI}` });
      const user = { login: `<u>mallory</u>`, name: `Mallory <script>alert('user')</script>` };
      const values = (text: string) => ({ title: text, body: text, data: { [text]: [text] } });
      const names = [SCRIPT, BREAKING, BIDI, LONG, NULLISH];
      const ids = await host.record(
        ...names.map((name, at) => ({
          operation: 'create' as const,
          model,
          record_id: at === 3 ? LONG.slice(0, 200) : `${at}<br>`,
          record_name: name.slice(0, 500),
          user,
          new: values(name),
          context: { reason: SCRIPT, user_agent: LONG.slice(0, 300), ip: '203.0.113.66' },
        })),
      );

      const pages: [string, () => Promise<unknown>][] = [
        ['logs', () => logsPage.open({ model })],
        ['records', () => recordsPage.open(model)],
        ['rules', () => rulesPage.open(`?model=${model}`)],
        ['rule', () => ruleForm.open(rule.id)],
        ['delete', () => page.goto(`/rules/${rule.id}/delete`)],
        ['models', () => recordsPage.openModels()],
        ...ids.map((id, at): [string, () => Promise<unknown>] => [
          `log ${at}`,
          () => logPage.open(id),
        ]),
        ...ids.map((id, at): [string, () => Promise<unknown>] => [
          `history ${at}`,
          async () =>
            historyPage.open(model, (await host.log(id)).record_id),
        ]),
      ];
      for (const [name, open] of pages) {
        await test.step(name, async () => {
          await open();
          if (script) await hydrated(page);
          // None of it became an element.
          const elements = page.locator('[data-hostile], main b, main i, main u, main br');
          expect.soft(await elements.count(), name).toBe(0);
          await expect(page.locator('main h1')).toHaveCount(1);
          for (const width of [1280, 360]) {
            await page.setViewportSize({ width, height: 800 });
            if (script) {
              await expectNoOverflow(page);
              await picture(page, `hostile-${name.replace(' ', '-')}-${width}`);
            }
          }
        });
      }

      await logsPage.open({ model });
      await expect(logsPage.rows).toHaveCount(names.length);
      await expect(logsPage.rows.getByRole('link', { name: SCRIPT, exact: true })).toHaveCount(1);
      await logPage.open(ids[0]!);
      await expect(logPage.title).toHaveText(SCRIPT);
      await expect(page).toHaveTitle(/^<script data-hostile>alert\('run'\)<\/script>/);
      await expect(logPage.change('body').new).toContainText(SCRIPT);
      await logPage.open(ids[1]!);
      await expect(logPage.title).toHaveText(BREAKING);
      await ruleForm.open(rule.id);
      await expect(ruleForm.name).toHaveValue(rule.name);
    });

    test('an address is text, too', async ({ page, watch, logsPage, shell, signInPage, context }) => {
      watch.tolerateStatus(422);
      await logsPage.open({ q: SCRIPT, model: '"><script>alert(1)</script>' });
      if (script) await hydrated(page);
      await expect(logsPage.search).toHaveValue(SCRIPT);
      await expect(page.locator('[data-hostile]')).toHaveCount(0);
      await page.goto(`/logs?${encodeURIComponent(SCRIPT)}=1`);
      await expect(shell.failure).toContainText('alert');
      await expect(page.locator('[data-hostile]')).toHaveCount(0);
      await context.clearCookies();
      await page.goto(`/sign-in?login=${encodeURIComponent(SCRIPT)}&error=%3Cb%3E`);
      await expect(signInPage.login).toHaveValue(SCRIPT);
      await expect(page.getByRole('alert')).toHaveText('That did not work. Try again.');
    });
  });
}

test.describe('direction', () => {
  test.use({ person: 'administrator' });

  test('a name that turns the direction does not turn what stands beside it', async ({
    page,
    host,
    logsPage,
  }) => {
    const model = unique('e2e.bidi');
    await host.follow(model);
    // Never closed: without isolation the rest of the line would run from right to left.
    const open = 'evil \u202e reversed';
    await host.record({ operation: 'create', model, record_id: '42', record_name: open, new: { a: 1 } });
    await logsPage.open({ model });
    await hydrated(page);
    const link = logsPage.rows.first().locator('a.row-link');
    await expect(link).toHaveText(open);
    const isolation = await link.evaluate((element) => getComputedStyle(element).unicodeBidi);
    expect(isolation).toMatch(/isolate|plaintext/);
  });
});
