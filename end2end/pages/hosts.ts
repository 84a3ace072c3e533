// The hosts, one host with its keys, and what asks before something ends.
import type { Locator, Page } from '@playwright/test';

export class HostsPage {
  readonly rows: Locator;
  readonly create: Locator;
  readonly form: Locator;

  constructor(private readonly page: Page) {
    this.rows = page.locator('[data-test=hosts] tbody tr');
    this.create = page.locator('summary', { hasText: 'New host' });
    this.form = page.getByRole('form', { name: 'New host' });
  }

  async open(query = ''): Promise<void> {
    await this.page.goto(`/hosts${query}`);
  }

  row(name: string): Locator {
    return this.rows.filter({ has: this.page.locator('code', { hasText: new RegExp(`^${name}$`) }) });
  }

  async make(name: string, label = ''): Promise<void> {
    await this.create.click();
    await this.form.locator('input[name=name]').fill(name);
    await this.form.locator('input[name=label]').fill(label);
    await this.form.getByRole('button', { name: 'Create the host' }).click();
  }
}

export class HostPage {
  readonly keys: Locator;
  readonly newKey: Locator;
  readonly uninstall: Locator;
  readonly done: Locator;
  readonly warned: Locator;

  constructor(private readonly page: Page) {
    this.keys = page.locator('[data-test=keys] tbody tr');
    this.newKey = page.getByRole('link', { name: 'New key' });
    this.uninstall = page.getByRole('link', { name: 'Uninstall', exact: true });
    this.done = page.locator('.notice-good');
    this.warned = page.locator('.notice-warning');
  }

  async open(name: string): Promise<void> {
    await this.page.goto(`/hosts/${name}`);
  }

  key(name: string): Locator {
    return this.keys.filter({ hasText: name });
  }
}

export class NewKeyPage {
  readonly form: Locator;
  readonly name: Locator;
  readonly submit: Locator;
  readonly secret: Locator;
  readonly call: Locator;
  readonly kept: Locator;

  constructor(private readonly page: Page) {
    this.form = page.getByRole('form', { name: 'New key' });
    this.name = this.form.locator('input[name=name]');
    this.submit = this.form.getByRole('button', { name: 'Make the key' });
    this.secret = page.locator('#fresh-key');
    this.call = page.locator('#fresh-call');
    this.kept = page.getByRole('link', { name: 'I have kept it' });
  }

  async open(host: string): Promise<void> {
    await this.page.goto(`/hosts/${host}/keys`);
  }

  scope(label: string): Locator {
    return this.form.getByRole('checkbox', { name: label, exact: true });
  }
}
