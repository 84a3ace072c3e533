// The bar that appears with the first selected line of a list.
import type { Locator, Page } from '@playwright/test';

export class Selection {
  readonly bar: Locator;

  constructor(page: Page) {
    this.bar = page.locator('.selection');
  }

  /** Action ▸ the action of that name. */
  async act(name: string): Promise<void> {
    // A download leaves the menu open.
    if ((await this.bar.locator('details').getAttribute('open')) === null) {
      await this.bar.locator('summary', { hasText: 'Action' }).click();
    }
    await this.bar.getByRole('button', { name }).click();
  }
}
