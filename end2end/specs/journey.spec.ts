// What Revisor is for, from end to end: with wasm, and with JavaScript turned off.
import { expect, isMarked, mark, test } from '../fixtures';
import { HOST, PEOPLE, unique } from '../support/environment';

for (const script of [true, false]) {
  test.describe(script ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled: script });

    test('from a rule to the logs of three records', async ({
      page,
      host,
      signInPage,
      shell,
      rulesPage,
      ruleForm,
      logsPage,
      logPage,
      historyPage,
      recordsPage,
    }) => {
      const model = unique('e2e.note');
      const rule = `Notes ${model}`;

      await test.step('sign in', async () => {
        await signInPage.open();
        const { login, password } = PEOPLE.administrator;
        await signInPage.signIn(login, password);
        await expect(page).toHaveURL(/\/logs$/);
        await expect(logsPage.heading).toBeVisible();
        if (script) await mark(page);
      });

      await test.step('create a rule', async () => {
        await shell.go('Rules');
        await rulesPage.newRule.click();
        await ruleForm.fill({ name: rule, model, host: HOST });
        await expect(ruleForm.tick('Creation')).toBeChecked();
        await ruleForm.save.click();
        await expect(page).toHaveURL(/\/rules\?done=created&rule=[\w-]+$/);
        await expect(rulesPage.done).toContainText('made and in force');
        await rulesPage.show('Active', model);
        await expect(rulesPage.switch('Active', rule)).toBeChecked();
      });

      const ids = await test.step('report operations', () =>
        host.record(
          ...['Apples', 'Pears', 'Plums', 'Quinces'].map((name, at) => ({
            operation: 'create' as const,
            model,
            record_id: String(at + 1),
            record_name: name,
            new: { name, state: 'draft', price: 10 + at },
          })),
          {
            operation: 'write',
            model,
            record_id: '2',
            record_name: 'Pears',
            old: { state: 'draft', price: 11 },
            new: { state: 'ripe', price: 12.5 },
            context: { reason: 'Sunny week', ip: '203.0.113.9' },
          },
          {
            operation: 'write',
            model,
            record_id: '4',
            record_name: 'Quinces',
            old: { state: 'draft' },
            new: { state: 'ripe' },
          },
        ),
      );

      await test.step('see the logs', async () => {
        await shell.go('Logs');
        await expect(page).toHaveURL(/\/logs$/);
        await logsPage.find(`model:${model}`);
        await expect(page).toHaveURL((url) => url.searchParams.get('q') === `model:${model}`);
        await expect(logsPage.rows).toHaveCount(6);
        expect(await logsPage.ids()).toEqual([...ids].reverse());
        await expect(logsPage.rows.nth(1)).toContainText('Write');
        await expect(logsPage.rows.nth(1)).toContainText('End to End');
      });

      await test.step('open a log', async () => {
        await logsPage.rows.nth(1).getByRole('link', { name: 'Pears' }).click();
        await expect(logPage.title).toHaveText('Pears');
        await expect(page).toHaveURL(new RegExp(`/logs/${ids[4]}\\?within=`));
        await expect(logPage.changes).toHaveCount(2);
        await expect(logPage.change('state').old).toHaveText('draft');
        await expect(logPage.change('state').new).toHaveText('ripe');
        await expect(logPage.change('price').old).toHaveText('11');
        await expect(logPage.change('price').new).toHaveText('12.5');
        await expect(shell.main).toContainText('Sunny week');
        await expect(shell.main).toContainText('203.0.113.9');
      });

      await test.step('open its history', async () => {
        await logPage.openHistory();
        await expect(historyPage.heading).toHaveText('Revision 2 of 2');
        await expect(historyPage.timeline).toHaveCount(2);
        await expect(historyPage.field('state').before).toContainText('draft');
        await expect(historyPage.field('state').now).toHaveText('ripe');
        await expect(historyPage.field('name').now).toHaveText('Pears');
        await expect(historyPage.field('name').before).toHaveCount(0);
      });

      await test.step('view the logs of three records', async () => {
        await shell.go('Records');
        await recordsPage.choose(model);
        await expect(recordsPage.rows).toHaveCount(4);
        await expect(recordsPage.selection.bar).toBeHidden();
        await recordsPage.select('Apples', 'Pears', 'Quinces');
        await expect(recordsPage.selection.bar).toBeVisible();
        await recordsPage.selection.act('View audit logs');
        await expect(logsPage.heading).toBeVisible();
        const asked = await host.logs([
          ['host', HOST],
          ['model', model],
          ['record_id', '1'],
          ['record_id', '2'],
          ['record_id', '4'],
        ]);
        expect(asked).toHaveLength(5);
        await expect(logsPage.rows).toHaveCount(5);
        expect(await logsPage.ids()).toEqual(asked.map((log) => log.id));
        for (const name of ['Apples (1)', 'Pears (2)', 'Quinces (4)']) {
          await expect(logsPage.told).toContainText(name);
        }
        await expect(shell.main).not.toContainText('Plums');
      });

      if (script) {
        expect(await isMarked(page), 'no page was loaded after signing in').toBe(true);
      }
    });
  });
}
