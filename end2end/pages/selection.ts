// The bar that appears with the first selected line of a list.
import type { Locator, Page } from '@playwright/test';

export class Selection {
  readonly bar: Locator;

  constructor(page: Page) {
    this.bar = page.locator('.selection');
  }

  /** Action ▸ the action of that name. */
  async act(name: string): Promise<void> {
    await this.bar.locator('summary', { hasText: 'Action' }).click();
    await this.bar.getByRole('button', { name }).click();
  }
}
