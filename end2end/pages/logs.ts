// The list of logs.
import type { Locator, Page } from '@playwright/test';

import { Selection } from './selection';

export class LogsPage {
  readonly heading: Locator;
  readonly rows: Locator;
  readonly chips: Locator;
  readonly search: Locator;
  readonly model: Locator;
  readonly user: Locator;
  readonly told: Locator;
  readonly selection: Selection;
  private readonly filters: Locator;

  constructor(private readonly page: Page) {
    this.heading = page.getByRole('heading', { level: 1, name: 'Logs', exact: true });
    this.rows = page.locator('[data-test=logs] tbody tr');
    this.chips = page.getByRole('list', { name: 'Active filters' }).locator('a.chip');
    this.filters = page.getByRole('form', { name: 'Filter the logs' });
    this.search = this.filters.locator('input[name=q]');
    this.model = this.filters.locator('input[name=model]');
    this.user = this.filters.locator('input[name=user]');
    this.told = page.locator('.notice-info');
    this.selection = new Selection(page);
  }

  /** Opens the list; `parameters` are those of the address. */
  async open(parameters: Record<string, string> = {}): Promise<void> {
    const query = new URLSearchParams(parameters).toString();
    await this.page.goto(query ? `/logs?${query}` : '/logs');
  }

  operation(word: 'Create' | 'Write' | 'Unlink'): Locator {
    return this.filters.getByRole('checkbox', { name: word });
  }

  /** Opens the filters that are asked for less often, if they are folded. */
  async unfold(): Promise<void> {
    const more = this.filters.locator('details.filters-more');
    if ((await more.getAttribute('open')) === null) {
      await more.locator('summary').click();
    }
  }

  field(name: 'host' | 'field' | 'record_id' | 'from' | 'to' | 'order'): Locator {
    return this.filters.locator(`[name=${name}]`);
  }

  async filter(): Promise<void> {
    await this.filters.getByRole('button', { name: 'Filter' }).click();
  }

  /** The ids of the logs shown, in their order. */
  async ids(): Promise<string[]> {
    return this.rows
      .locator('input[name=log]')
      .evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).value));
  }

  row(text: string): Locator {
    return this.rows.filter({ hasText: text });
  }

  /** The link that takes a filter away. */
  chip(name: string): Locator {
    return this.page.getByRole('link', { name: new RegExp(`^Remove filter ${name}: `) });
  }

  pager(word: 'Older' | 'Newer' | 'Newest' | 'Oldest'): Locator {
    return this.page
      .getByRole('navigation', { name: 'Pages of logs' })
      .getByRole('link', { name: word });
  }
}
