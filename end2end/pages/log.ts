// One log.
import type { Locator, Page } from '@playwright/test';

export class LogPage {
  readonly title: Locator;
  readonly changes: Locator;
  readonly unrecorded: Locator;

  constructor(private readonly page: Page) {
    this.title = page.getByRole('heading', { level: 1 });
    this.changes = page.locator('[data-test=changes] tbody tr');
    this.unrecorded = page.locator('.notice', { hasText: 'Changed outside the trail' });
  }

  async open(id: string): Promise<void> {
    await this.page.goto(`/logs/${id}`);
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
