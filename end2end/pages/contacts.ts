// The contacts: the example of a host, an application of its own.
import type { Locator, Page } from '@playwright/test';

export interface Contact {
  Name?: string;
  'E-mail'?: string;
  Phone?: string;
  City?: string;
  Stage?: 'Lead' | 'Customer' | 'Former customer';
  Passphrase?: string;
  'Reason for the change'?: string;
}

export class ContactsPage {
  readonly heading: Locator;
  readonly rows: Locator;
  readonly fault: Locator;
  readonly trail: Locator;

  constructor(readonly page: Page) {
    this.heading = page.getByRole('heading', { level: 1 });
    this.rows = page.locator('tbody tr');
    this.fault = page.getByRole('alert');
    this.trail = page.getByRole('link', { name: 'Its audit trail' });
  }

  /** Opens the application as one of its people. */
  async signIn(name: string): Promise<void> {
    await this.page.goto('/sign-in');
    await this.page.getByRole('button', { name }).click();
  }

  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }

  async add(contact: Contact): Promise<void> {
    await this.page.getByRole('link', { name: 'New contact' }).click();
    await this.fill(contact);
  }

  async open(name: string): Promise<void> {
    await this.page.getByRole('link', { name, exact: true }).click();
  }

  /** Fills the form that is open, and saves. */
  async fill({ Stage, ...texts }: Contact): Promise<void> {
    for (const [label, text] of Object.entries(texts)) await this.page.getByLabel(label).fill(text);
    if (Stage) await this.page.getByLabel('Stage').selectOption(Stage);
    await this.page.getByRole('button', { name: 'Save' }).click();
  }

  /** Ticks contacts of the list and does something to all of them. */
  async selected(word: 'Archive selected' | 'Delete selected', ...names: string[]): Promise<void> {
    for (const name of names) await this.page.getByLabel(`Select ${name}`, { exact: true }).check();
    await this.page.getByRole('button', { name: word }).click();
  }
}
