// The list of rules, the form of one, and the page that asks before deleting one.
import type { Locator, Page } from '@playwright/test';

export class RulesPage {
  readonly heading: Locator;
  readonly rows: Locator;
  readonly newRule: Locator;
  readonly done: Locator;
  private readonly filters: Locator;

  constructor(private readonly page: Page) {
    this.heading = page.getByRole('heading', { level: 1, name: 'Rules' });
    this.rows = page.locator('[data-test=rules] tbody tr');
    this.newRule = page.getByRole('link', { name: 'New rule' });
    this.done = page.locator('.notice-good');
    this.filters = page.getByRole('form', { name: 'Filter the rules' });
  }

  async open(query = ''): Promise<void> {
    await this.page.goto(`/rules${query}`);
  }

  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }

  switch(word: 'Creation' | 'Update' | 'Deletion' | 'Active', name: string): Locator {
    return this.page.getByRole('switch', { name: `${word} of ${name}`, exact: true });
  }

  /** What a rule caught in so many days: the link to its logs. */
  caught(days: number, name: string): Locator {
    return this.row(name).getByRole('link', { name: `in ${days} days` });
  }

  /** Only rules that follow one of these operations. */
  async only(...operations: string[]): Promise<void> {
    for (const operation of operations) {
      await this.filters.getByRole('checkbox', { name: operation, exact: true }).check({ force: true });
    }
    await this.filters.getByRole('button', { name: 'Filter' }).click();
  }

  async show(which: 'Active' | 'Inactive' | 'All', text = ''): Promise<void> {
    await this.filters.locator('input[name=q]').fill(text);
    await this.filters.locator('select[name=active]').selectOption({ label: which });
    await this.filters.getByRole('button', { name: 'Filter' }).click();
  }
}

export class RuleForm {
  readonly form: Locator;
  readonly name: Locator;
  readonly host: Locator;
  readonly model: Locator;
  /** The line that adds a group. */
  readonly groups: Locator;
  readonly preview: Locator;
  readonly tryIt: Locator;
  readonly operations: Locator;
  readonly save: Locator;
  readonly refused: Locator;

  constructor(private readonly page: Page) {
    this.form = page.getByRole('form', { name: 'Rule', exact: true });
    this.name = this.form.locator('input[name=name]');
    this.host = this.form.locator('select[name=host]');
    this.model = this.form.locator('input[name=model]');
    this.groups = this.form.locator('#groups-add');
    this.preview = page.locator('#preview');
    this.tryIt = page.getByRole('button', { name: 'Try it' });
    this.operations = this.form.getByRole('group', { name: 'Operations followed' });
    this.save = this.form.getByRole('button', { name: 'Save' });
    this.refused = this.form.getByRole('alert');
  }

  async openNew(): Promise<void> {
    await this.page.goto('/rules/new');
  }

  async open(id: string): Promise<void> {
    await this.page.goto(`/rules/${id}`);
  }

  tick(label: string): Locator {
    return this.form.getByRole('checkbox', { name: label, exact: true });
  }

  /** The tick of a group, a login or a field. */
  choice(field: 'groups' | 'excluded_users' | 'ignored_fields', label: string): Locator {
    return this.form
      .locator(`#${field}-of`)
      .getByRole('checkbox', { name: label, exact: true });
  }

  /** Adds a text to a list by its button. */
  async add(field: 'groups' | 'excluded_users' | 'ignored_fields', text: string): Promise<void> {
    await this.form.locator(`#${field}-add`).fill(text);
    await this.form.locator(`#${field}-more`).click();
    // It may have been offered, unticked, before.
    await this.choice(field, text).and(this.page.locator(':checked')).waitFor();
  }

  /** What is told to be wrong with a field. */
  error(name: string): Locator {
    return this.page.locator(`[id="${name}-error"]`);
  }

  async fill(rule: { name: string; model: string; host?: string; groups?: string }): Promise<void> {
    await this.name.fill(rule.name);
    if (rule.host !== undefined) await this.host.selectOption(rule.host);
    await this.model.fill(rule.model);
    if (rule.groups !== undefined) await this.groups.fill(rule.groups);
  }
}

export class DeleteRulePage {
  readonly asks: Locator;
  readonly confirm: Locator;
  readonly keep: Locator;

  constructor(page: Page) {
    this.asks = page.locator('.card.narrow');
    this.confirm = page.getByRole('button', { name: 'Delete the rule' });
    this.keep = page.getByRole('link', { name: 'Keep it' });
  }
}

export class CoveragePage {
  readonly rows: Locator;

  constructor(private readonly page: Page) {
    this.rows = page.locator('[data-test=coverage] tbody tr');
  }

  async open(days?: number): Promise<void> {
    await this.page.goto(`/rules/coverage${days === undefined ? '' : `?days=${days}`}`);
  }

  row(model: string): Locator {
    return this.rows.filter({ has: this.page.getByText(model, { exact: true }) });
  }
}
