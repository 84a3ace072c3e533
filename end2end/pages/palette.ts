// Going to anything: the palette, and the page that does the same without wasm.
import type { Locator, Page } from '@playwright/test';

export class Palette {
  readonly dialog: Locator;
  readonly text: Locator;
  readonly options: Locator;
  readonly chosen: Locator;
  readonly link: Locator;
  readonly found: Locator;

  constructor(private readonly page: Page) {
    this.dialog = page.getByRole('dialog', { name: 'Go to' });
    this.text = this.dialog.getByRole('combobox');
    this.options = this.dialog.getByRole('option');
    this.chosen = this.dialog.locator('[role=option][aria-selected=true]');
    this.link = page.locator('[data-palette]');
    this.found = page.locator('#found');
  }

  async open(): Promise<void> {
    await this.page.keyboard.press('Control+k');
  }

  option(name: string): Locator {
    return this.options.filter({ has: this.page.getByText(name, { exact: true }) });
  }
}
