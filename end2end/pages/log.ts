// One log.
import type { Locator, Page } from '@playwright/test';

export class LogPage {
  readonly title: Locator;
  readonly changes: Locator;
  readonly unrecorded: Locator;
  readonly others: Locator;
  readonly observed: Locator;
  readonly context: Locator;

  constructor(private readonly page: Page) {
    this.title = page.getByRole('heading', { level: 1 });
    this.changes = page.locator('[data-test=changes] tbody tr');
    this.unrecorded = page.locator('.notice', { hasText: 'Changed outside the trail' });
    this.others = page.locator('[data-test=others] li');
    this.observed = page.locator('[data-test=observed]');
    this.context = page.locator('[data-test=context]');
  }

  /** Opens a log; `within` is the query of the list one comes from. */
  async open(id: string, within?: string): Promise<void> {
    const query = within === undefined ? '' : `?${new URLSearchParams({ within })}`;
    await this.page.goto(`/logs/${id}${query}`);
  }

  /** The line of a field, by its technical name. */
  change(field: string): { old: Locator; new: Locator } {
    const row = this.changes.filter({
      has: this.page.locator('th code', { hasText: new RegExp(`^${field}$`) }),
    });
    return { old: row.locator('td.old'), new: row.locator('td.new') };
  }

  async openHistory(): Promise<void> {
    await this.page.getByRole('link', { name: 'History revision' }).click();
  }

  async step(word: 'Previous' | 'Next'): Promise<void> {
    await this.page.getByRole('link', { name: word, exact: true }).click();
  }
}
