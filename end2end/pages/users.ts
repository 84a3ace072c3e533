// The people, the page of one, and the groups.
import type { Locator, Page } from '@playwright/test';

export class UsersPage {
  readonly rows: Locator;
  readonly done: Locator;
  readonly newUser: Locator;
  private readonly filters: Locator;

  constructor(private readonly page: Page) {
    this.rows = page.locator('[data-test=people] tbody tr');
    this.done = page.locator('.notice-good');
    this.newUser = page.getByRole('main').getByRole('link', { name: 'New user' });
    this.filters = page.getByRole('form', { name: 'Filter the users' });
  }

  async open(query = ''): Promise<void> {
    await this.page.goto(`/users${query}`);
  }

  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }

  async openPerson(name: string): Promise<void> {
    await this.row(name).getByRole('link', { name, exact: true }).click();
  }

  async filter(text: string, role = 'Every role', state = 'Enabled and disabled'): Promise<void> {
    await this.filters.locator('input[name=q]').fill(text);
    await this.filters.locator('select[name=role]').selectOption({ label: role });
    await this.filters.locator('select[name=state]').selectOption({ label: state });
    await this.filters.getByRole('button', { name: 'Filter' }).click();
  }
}

export class UserPage {
  readonly heading: Locator;
  readonly form: Locator;
  readonly login: Locator;
  readonly name: Locator;
  readonly offered: Locator;
  readonly save: Locator;
  readonly reset: Locator;
  readonly access: Locator;
  readonly refused: Locator;

  constructor(private readonly page: Page) {
    this.heading = page.getByRole('heading', { level: 1 });
    this.form = page.getByRole('form', { name: 'User' });
    this.login = this.form.locator('input[name=login]');
    this.name = this.form.locator('input[name=name]');
    this.offered = page.locator('input[name=offered]');
    this.save = this.form.getByRole('button', { name: /^(Create|Save)$/ });
    this.reset = page.getByRole('form', { name: 'New password' });
    this.access = page.getByRole('region', { name: 'Access' });
    this.refused = page.getByRole('main').getByRole('alert');
  }

  async openNew(): Promise<void> {
    await this.page.goto('/users/new');
  }

  role(word: string): Locator {
    return this.form.getByRole('radio', { name: new RegExp(`^${word}`) });
  }

  group(name: string): Locator {
    return this.form.getByRole('checkbox', { name, exact: true });
  }

  async otherGroups(text: string): Promise<void> {
    await this.form.getByRole('textbox', { name: /^Other groups/ }).fill(text);
  }

  /** Types a password twice into a form. */
  async typePassword(form: Locator, password: string, again = password): Promise<void> {
    await form.getByRole('radio', { name: 'One that you type' }).check();
    await form.locator('input[name=password]').fill(password);
    await form.locator('input[name=password_again]').fill(again);
  }
}
