// One's own settings.
import type { Locator, Page } from '@playwright/test';

export class MePage {
  readonly language: Locator;
  readonly zone: Locator;
  readonly done: Locator;
  readonly password: Locator;
  readonly sessions: Locator;
  readonly endOthers: Locator;
  private readonly preferences: Locator;

  constructor(private readonly page: Page) {
    this.preferences = page.locator('#preferences form');
    this.language = this.preferences.locator('select[name=language]');
    this.zone = this.preferences.locator('select[name=time_zone]');
    this.done = page.locator('.notice-good');
    this.password = page.locator('#password form');
    this.sessions = page.locator('[data-test=sessions] li');
    this.endOthers = page.getByRole('button', { name: 'Sign out everywhere else' });
  }

  async open(): Promise<void> {
    await this.page.goto('/me');
  }

  async theme(value: 'system' | 'light' | 'dark'): Promise<void> {
    await this.preferences.locator(`input[name=theme][value=${value}]`).check({ force: true });
  }

  async save(): Promise<void> {
    await this.preferences.locator('button[type=submit]').click();
  }

  async changePassword(old: string, next: string, again = next): Promise<void> {
    await this.password.locator('input[name=old_password]').fill(old);
    await this.password.locator('input[name=password]').fill(next);
    await this.password.locator('input[name=password_again]').fill(again);
    await this.password.locator('button[type=submit]').click();
  }

  error(name: string): Locator {
    return this.page.locator(`[id="${name}-error"]`);
  }
}
