// The models, and the records of one.
import type { Locator, Page } from '@playwright/test';

import { HOST } from '../support/environment';
import { Selection } from './selection';

export class RecordsPage {
  readonly models: Locator;
  readonly rows: Locator;
  readonly selection: Selection;
  private readonly search: Locator;

  constructor(private readonly page: Page) {
    this.models = page.locator('[data-test=models] tbody tr');
    this.rows = page.locator('[data-test=records] tbody tr');
    this.search = page.getByRole('form', { name: 'Search the records' });
    this.selection = new Selection(page);
  }

  /** Opens the list of models. */
  async openModels(): Promise<void> {
    await this.page.goto('/models');
  }

  /** Opens the records of a model. */
  async open(model: string): Promise<void> {
    await this.page.goto(`/models/${encodeURIComponent(model)}/records?host=${HOST}`);
  }

  /** From the list of models to the records of one, by its technical name. */
  async choose(model: string): Promise<void> {
    const row = this.models.filter({
      has: this.page.locator('code', { hasText: new RegExp(`^${model.replaceAll('.', '\\.')}$`) }),
    });
    await row.locator('a.row-link').click();
  }

  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole('link', { name, exact: true }) });
  }

  async select(...names: string[]): Promise<void> {
    for (const name of names) {
      await this.row(name).getByRole('checkbox').check();
    }
  }

  /** Shows the columns of exactly these fields. */
  async chooseColumns(...fields: string[]): Promise<void> {
    const menu = this.page.locator('.columns-menu');
    await menu.locator('summary').click();
    for (const box of await menu.getByRole('checkbox').all()) {
      await box.setChecked(fields.includes((await box.getAttribute('value')) ?? ''));
    }
    await menu.getByRole('button', { name: 'Show these' }).click();
  }

  /** The words at the head of the columns. */
  get heads(): Locator {
    return this.page.locator('[data-test=records] thead th');
  }

  async searchFor(text: string): Promise<void> {
    await this.search.locator('input[name=q]').fill(text);
    await this.search.getByRole('button', { name: 'Search' }).click();
  }

  async show(which: 'Existing' | 'With deleted' | 'Deleted only'): Promise<void> {
    await this.search.locator('select[name=deleted]').selectOption({ label: which });
    await this.search.getByRole('button', { name: 'Search' }).click();
  }
}
