// The page of the first start, on which the administrator is created.
import type { Locator, Page } from '@playwright/test';

export class SetupPage {
  readonly heading: Locator;
  readonly login: Locator;
  readonly name: Locator;
  readonly password: Locator;
  readonly again: Locator;
  readonly submit: Locator;

  constructor(page: Page) {
    this.heading = page.getByRole('heading', { level: 1, name: 'Create the administrator' });
    this.login = page.locator('input[name=login]');
    this.name = page.locator('input[name=name]');
    this.password = page.locator('input[name=password]');
    this.again = page.locator('input[name=password_again]');
    this.submit = page.getByRole('button', { name: 'Create and sign in' });
  }
}
