// Rules: the list with its switches, the form, deleting; and who may change them.
import { expect, expectAccessible, hydrated, isMarked, mark, test } from '../fixtures';
import { HOST, unique } from '../support/environment';

for (const script of [true, false]) {
  test.describe(script ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled: script, person: 'administrator' });

    test('a rule is switched in place', async ({ page, host, rulesPage }) => {
      const model = unique('e2e.toggle');
      const { name } = await host.follow(model);
      await rulesPage.open(`?active=all&model=${model}`);
      if (script) await mark(page);
      await expect(rulesPage.rows).toHaveCount(1);
      await rulesPage.switch('Active', name).click();
      await expect(rulesPage.switch('Active', name)).not.toBeChecked();
      expect((await host.rules(model))[0]).toMatchObject({ active: false, log_write: true });
      await rulesPage.switch('Deletion', name).click();
      await expect(rulesPage.switch('Deletion', name)).not.toBeChecked();
      await rulesPage.switch('Active', name).click();
      await expect(rulesPage.switch('Active', name)).toBeChecked();
      expect((await host.rules(model))[0]).toMatchObject({ active: true, log_unlink: false });
      // Still the same list, filters and all.
      await expect(page).toHaveURL((url) => url.searchParams.get('model') === model);
      await expect(rulesPage.rows).toHaveCount(1);
      if (script) expect(await isMarked(page)).toBe(true);
      await page.reload();
      await expect(rulesPage.switch('Active', name)).toBeChecked();
      await expect(rulesPage.switch('Deletion', name)).not.toBeChecked();
    });

    test('switching off the last operation is refused', async ({ page, watch, host, rulesPage }) => {
      watch.tolerateStatus(422);
      const model = unique('e2e.last');
      const { name } = await host.follow(model, { log_create: false, log_unlink: false });
      await rulesPage.open(`?model=${model}`);
      if (script) await hydrated(page);
      await rulesPage.switch('Update', name).click();
      await expect(page.getByRole('alert')).toContainText('Nothing was changed');
      await expect(rulesPage.switch('Update', name)).toBeChecked();
      expect((await host.rules(model))[0]).toMatchObject({ log_write: true });
    });

    test('a rule is edited', async ({ page, host, rulesPage, ruleForm }) => {
      const model = unique('e2e.edit');
      const { id } = await host.follow(model);
      await ruleForm.open(id);
      if (script) await hydrated(page);
      await expect(ruleForm.model).toHaveValue(model);
      await expect(ruleForm.host).toHaveValue(HOST);
      const name = `Renamed ${model}`;
      await ruleForm.name.fill(name);
      await ruleForm.add('groups', 'Sales / Manager');
      // What is typed and not added yet is sent, too.
      await ruleForm.groups.fill('Accounting, France');
      await ruleForm.tick('Creation').uncheck();
      await ruleForm.save.click();
      await expect(page).toHaveURL(/\/rules\?done=saved&rule=[\w-]+$/);
      await expect(rulesPage.done).toContainText('saved');
      await rulesPage.show('Active', model);
      await expect(rulesPage.row(name)).toContainText('Sales / Manager, Accounting, France');
      await expect(rulesPage.switch('Creation', name)).not.toBeChecked();
      await expect(rulesPage.switch('Update', name)).toBeChecked();
      expect(await host.rules(model)).toMatchObject([
        { name, log_create: false, groups: ['Sales / Manager', 'Accounting, France'] },
      ]);
    });

    test('what is wrong is told beside its field, and what was typed is kept', async ({
      page,
      watch,
      host,
      ruleForm,
    }) => {
      watch.tolerateStatus(422);
      const model = unique('e2e.wrong');
      const { id, name } = await host.follow(model);
      await ruleForm.open(id);
      if (script) await hydrated(page);
      const long = 'n'.repeat(65);
      await ruleForm.name.fill(long);
      await ruleForm.groups.fill('Typed / Group');
      for (const operation of ['Creation', 'Update', 'Deletion']) {
        await ruleForm.tick(operation).uncheck();
      }
      await ruleForm.save.click();
      await expect(ruleForm.refused).toContainText('what you typed is kept');
      await expect(ruleForm.error('name')).toContainText('64');
      await expect(ruleForm.name).toHaveAttribute('aria-invalid', 'true');
      await expect(ruleForm.name).toHaveValue(long);
      await expect(ruleForm.choice('groups', 'Typed / Group')).toBeChecked();
      await expect(ruleForm.tick('Creation')).not.toBeChecked();
      // No operation ticked is a fault, too, and told beside the boxes.
      await expect(ruleForm.operations).toContainText(/at least one/i);
      expect(await host.rules(model)).toMatchObject([{ name, log_write: true }]);

      await ruleForm.name.fill('Short enough');
      await ruleForm.tick('Update').check();
      await ruleForm.save.click();
      await expect(page).toHaveURL(/\/rules\?done=saved&rule=[\w-]+$/);
      expect(await host.rules(model)).toMatchObject([{ name: 'Short enough', log_create: false }]);
    });

    test('a second rule for the same is refused', async ({ page, watch, host, ruleForm }) => {
      watch.tolerateStatus(409);
      const model = unique('e2e.twice');
      await host.follow(model);
      await ruleForm.openNew();
      if (script) await hydrated(page);
      const name = 'The same again';
      await ruleForm.fill({ name, model, host: HOST });
      await ruleForm.save.click();
      await expect(ruleForm.refused).toContainText(/rule/i);
      await expect(ruleForm.refused).toContainText('what you typed is kept');
      await expect(ruleForm.refused).toContainText(/exists|already|another/i);
      await expect(ruleForm.name).toHaveValue(name);
      await expect(ruleForm.model).toHaveValue(model);
      await expect(ruleForm.host).toHaveValue(HOST);
      expect(await host.rules(model)).toHaveLength(1);
      // For another group it is another rule.
      await ruleForm.groups.fill('Sales / Manager');
      await ruleForm.save.click();
      await expect(page).toHaveURL(/\/rules\?done=created&rule=[\w-]+$/);
      expect(await host.rules(model)).toHaveLength(2);
    });

    test('deleting asks, and the logs stay', async ({
      page,
      host,
      rulesPage,
      ruleForm,
      deleteRulePage,
      logsPage,
    }) => {
      const model = unique('e2e.delete');
      const { id, name } = await host.follow(model);
      const ids = await host.record({
        operation: 'create',
        model,
        record_id: '1',
        record_name: 'Stays',
        new: { x: 1 },
      });
      await ruleForm.open(id);
      if (script) await hydrated(page);
      const remove = ruleForm.form.getByRole('link', { name: 'Delete' });
      await remove.click();
      await expect(deleteRulePage.asks).toContainText(name);
      await expect(deleteRulePage.asks).toContainText('Its logs stay.');
      await deleteRulePage.keep.click();
      await expect(ruleForm.name).toHaveValue(name);
      expect(await host.rules(model)).toHaveLength(1);
      await remove.click();
      await deleteRulePage.confirm.click();
      await expect(page).toHaveURL(/\/rules\?done=deleted$/);
      await expect(rulesPage.done).toContainText('Its logs stay.');
      expect(await host.rules(model)).toEqual([]);
      await logsPage.open({ model });
      expect(await logsPage.ids()).toEqual(ids);
    });

    test('what a rule would catch is told before it is saved', async ({ page, host, ruleForm }) => {
      const model = unique('e2e.try');
      await host.report(
        { operation: 'create', model, record_id: '1', new: { x: 1 } },
        { operation: 'create', model, record_id: '2', new: { x: 1 } },
        { operation: 'unlink', model, record_id: '1', old: { x: 1 } },
      );
      await ruleForm.openNew();
      if (script) await mark(page);
      await ruleForm.host.selectOption(HOST);
      await ruleForm.model.fill(model);
      await ruleForm.tick('Deletion').uncheck();
      // With wasm it is told without asking.
      if (!script) await ruleForm.tryIt.click();
      await expect(ruleForm.preview).toContainText(/^2 of the last/);
      await expect(ruleForm.preview).toContainText('Recorded already0');
      await expect(ruleForm.model).toHaveValue(model);
      await expect(ruleForm.tick('Deletion')).not.toBeChecked();
      // The fields that were seen are offered.
      if (script) expect(await isMarked(page)).toBe(true);
      expect(await host.rules(model)).toEqual([]);
      await ruleForm.tick('Deletion').check();
      await ruleForm.tryIt.click();
      await expect(ruleForm.preview).toContainText(/^3 of the last/);
    });

    test('the list says what each rule caught, and leads there', async ({
      page,
      host,
      rulesPage,
      logsPage,
    }) => {
      const model = unique('e2e.caught');
      const { name } = await host.follow(model, { log_unlink: false });
      const ids = await host.record(
        { operation: 'create', model, record_id: '1', new: { x: 1 } },
        { operation: 'write', model, record_id: '1', old: { x: 1 }, new: { x: 2 } },
      );
      await rulesPage.open(`?model=${model}`);
      if (script) await hydrated(page);
      await expect(rulesPage.caught(7, name)).toHaveText('2');
      await rulesPage.caught(30, name).click();
      await expect(page).toHaveURL(/\/logs\?/);
      expect((await logsPage.ids()).sort()).toEqual(ids.sort());
      // By operation.
      await rulesPage.open(`?model=${model}`);
      await rulesPage.only('Deletion');
      await expect(page.getByRole('heading', { name: 'No rule matches' })).toBeVisible();
    });

    test('the list shows active rules first of all', async ({ page, host, rulesPage }) => {
      const model = unique('e2e.idle');
      const { name } = await host.follow(model, { active: false, name: `Idle ${model}` });
      await rulesPage.open();
      if (script) await hydrated(page);
      await expect(rulesPage.rows.first()).toBeVisible();
      await expect(rulesPage.row(name)).toHaveCount(0);
      await rulesPage.show('Inactive', model);
      await expect(rulesPage.row(name)).toBeVisible();
      await expect(rulesPage.rows).toHaveCount(1);
      await rulesPage.show('Active', model);
      await expect(page.getByRole('heading', { name: 'No rule matches' })).toBeVisible();
    });
  });
}

test.describe('as an auditor', () => {
  test.use({ person: 'auditor' });

  test('rules are seen and not changed', async ({ page, host, watch, rulesPage, ruleForm, shell }) => {
    watch.tolerateStatus(403);
    const model = unique('e2e.auditor');
    const { id, name } = await host.follow(model);
    await rulesPage.open(`?model=${model}`);
    await hydrated(page);
    await expect(rulesPage.row(name)).toContainText('Active of');
    await expect(rulesPage.newRule).toHaveCount(0);
    await expect(shell.main.getByRole('switch')).toHaveCount(0);
    await rulesPage.row(name).getByRole('link').click();
    await expect(ruleForm.name).toHaveValue(name);
    await expect(ruleForm.name).toBeDisabled();
    await expect(ruleForm.tick('Update')).toBeDisabled();
    await expect(ruleForm.save).toHaveCount(0);
    await expect(ruleForm.form.getByRole('link', { name: 'Delete' })).toHaveCount(0);
    for (const address of ['/rules/new', `/rules/${id}/delete`]) {
      const answer = await page.goto(address);
      expect(answer?.status(), address).toBe(403);
      await expect(shell.failure).toContainText('This page is not for you');
    }
  });

  test('a change by hand is refused', async ({ page, host, baseURL }) => {
    const model = unique('e2e.forged');
    const { id } = await host.follow(model);
    const forged = [
      ['/fn/rules/change', { id, change: 'active=false' }],
      ['/fn/rules/delete', { id }],
      ['/fn/rules/save', { name: 'Forged', host: HOST, model: `${model}.2`, log_write: 'true' }],
    ] as const;
    for (const [path, form] of forged) {
      const answer = await page.request.post(path, {
        form: form as Record<string, string>,
        headers: { origin: baseURL ?? '', accept: 'application/json' },
      });
      expect(answer.status(), path).toBe(403);
    }
    expect(await host.rules(model)).toMatchObject([{ active: true }]);
    expect(await host.rules(`${model}.2`)).toEqual([]);
  });
});

for (const script of [true, false]) {
  test.describe(`as a salesperson, ${script ? 'with wasm' : 'without JavaScript'}`, () => {
    test.use({ person: 'salesperson', javaScriptEnabled: script });

    test('rules are refused clearly', async ({ page, watch, shell, host }) => {
      watch.tolerateStatus(403);
      watch.tolerateStatus(404);
      const { id } = await host.follow(unique('e2e.refused'));
      for (const address of ['/rules', '/rules/new']) {
        const answer = await page.goto(address);
        expect(answer?.status(), address).toBe(403);
        if (script) await hydrated(page);
        await expect(shell.failure).toContainText('This page is not for you');
        await expect(shell.failure).toContainText('administrator');
      }
      const answer = await page.goto(`/rules/${id}`);
      expect([403, 404]).toContain(answer?.status());
      await expect(shell.failure).toBeVisible();
    });
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ person: 'administrator', colorScheme });

    test('the pages of rules are accessible', async ({ page, host }) => {
      const { id } = await host.follow(unique('e2e.axe'));
      for (const address of ['/rules?active=all', '/rules/new', `/rules/${id}`, `/rules/${id}/delete`]) {
        await page.goto(address);
        await expectAccessible(page);
      }
    });
  });
}
