// The page on which people sign in.
import type { Locator, Page } from '@playwright/test';

export class SignInPage {
  readonly login: Locator;
  readonly password: Locator;
  readonly submit: Locator;

  constructor(private readonly page: Page) {
    this.login = page.locator('input[name="login"]');
    this.password = page.locator('input[name="password"]');
    this.submit = page.locator('form button[type="submit"]');
  }

  /** Opens the application; who has not signed in lands here. */
  async open(): Promise<void> {
    await this.page.goto('/');
  }

  async signIn(login: string, password: string): Promise<void> {
    await this.login.fill(login);
    await this.password.fill(password);
    await this.submit.click();
  }
}
