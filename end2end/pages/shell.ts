// What stands around every page for people who are signed in.
import type { Locator, Page } from '@playwright/test';

export class Shell {
  readonly navigation: Locator;
  readonly userMenu: Locator;
  readonly failure: Locator;
  readonly main: Locator;

  constructor(page: Page) {
    this.navigation = page.getByRole('navigation', { name: 'Pages' });
    this.userMenu = page.locator('.user-menu');
    this.failure = page.locator('.failure');
    this.main = page.getByRole('main');
  }

  async go(name: 'Logs' | 'Records' | 'Rules'): Promise<void> {
    await this.navigation.getByRole('link', { name }).click();
  }

  async signOut(): Promise<void> {
    await this.userMenu.locator('summary').click();
    await this.userMenu.getByRole('button', { name: 'Sign out' }).click();
  }
}
