// The list of logs.
import type { Locator, Page } from '@playwright/test';

import { Selection } from './selection';

export class LogsPage {
  readonly heading: Locator;
  readonly rows: Locator;
  readonly chips: Locator;
  readonly search: Locator;
  readonly options: Locator;
  readonly count: Locator;
  readonly told: Locator;
  readonly live: Locator;
  readonly groups: Locator;
  readonly selection: Selection;
  private readonly form: Locator;

  constructor(private readonly page: Page) {
    this.heading = page.getByRole('heading', { level: 1, name: 'Logs', exact: true });
    this.rows = page.locator('[data-test=logs] tbody tr');
    this.chips = page.getByRole('list', { name: 'Active filters' }).locator('a.chip');
    this.form = page.getByRole('form', { name: 'Search the logs' });
    this.search = this.form.locator('input[name=q]');
    this.options = page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option');
    this.count = page.locator('[data-test=count]');
    this.told = page.locator('.notice-info');
    this.live = page.locator('.live').getByRole('link');
    this.groups = page.getByRole('list', { name: 'Groups of logs' }).locator('.group');
    this.selection = new Selection(page);
  }

  /** Opens the list; `parameters` are those of the address. */
  async open(parameters: Record<string, string> = {}): Promise<void> {
    const query = new URLSearchParams(parameters).toString();
    await this.page.goto(query ? `/logs?${query}` : '/logs');
  }

  /** Asks for what is written so. */
  async find(text: string): Promise<void> {
    await this.search.fill(text);
    await this.form.getByRole('button', { name: 'Search', exact: true }).click();
  }

  /** Opens one of the menus in the head of the page. */
  async menu(name: 'Filters' | 'Group' | 'Columns' | 'Export'): Promise<Locator> {
    const menu = this.page.locator('.logs-tools details', {
      has: this.page.locator('summary', { hasText: name }),
    });
    if ((await menu.getAttribute('open')) === null) await menu.locator('summary').click();
    return menu;
  }

  /** A value to narrow the list down by. */
  async facet(name: string): Promise<Locator> {
    const panel = this.page.locator('.facets > details');
    if ((await panel.getAttribute('open')) === null) await panel.locator('> summary').click();
    return panel.locator('.facet li a', { hasText: name });
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
