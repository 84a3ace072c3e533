// The history of a record.
import type { Locator, Page } from '@playwright/test';

import { HOST } from '../support/environment';

export class HistoryPage {
  readonly title: Locator;
  readonly heading: Locator;
  readonly fields: Locator;
  readonly timeline: Locator;
  readonly unrecorded: Locator;
  readonly steps: Locator;
  readonly asOf: Locator;
  readonly slider: Locator;
  readonly compared: Locator;
  readonly restore: Locator;

  constructor(private readonly page: Page) {
    this.title = page.getByRole('heading', { level: 1 });
    this.heading = page.locator('#record-title');
    this.fields = page.locator('[data-test=record] tbody tr');
    this.timeline = page.locator('[data-test=timeline] li');
    this.unrecorded = page.locator('.notice', { hasText: 'Changed outside the trail' });
    this.steps = page.getByRole('group', { name: 'Step through the revisions' });
    this.asOf = page.getByRole('form', { name: 'The record as of a time' });
    this.slider = page.getByRole('form', { name: 'Go to a revision' });
    this.compared = page.locator('[data-test=compared] tbody tr');
    this.restore = page.locator('[data-test=restore]');
  }

  /** The link to a revision in the timeline. */
  revision(number: number): Locator {
    const own = new RegExp(`^${number}$`);
    return this.timeline
      .locator('a.row-link')
      .filter({ has: this.page.locator('.step-n', { hasText: own }) });
  }

  /** Looks at the record alone, or beside another revision. */
  async view(word: 'Record' | 'Compare'): Promise<void> {
    const views = this.page.getByRole('group', { name: 'Ways to look at the record' });
    await views.getByRole('link', { name: word }).click();
  }

  /** Puts two revisions side by side. */
  async compare(from: number, to: number): Promise<void> {
    const form = this.page.getByRole('form', { name: 'Compare two revisions' });
    await form.locator('input[name=from]').fill(String(from));
    await form.locator('input[name=to]').fill(String(to));
    await form.getByRole('button', { name: 'Compare' }).click();
  }

  async showFields(word: 'Only what differs' | 'All fields'): Promise<void> {
    await this.page.getByRole('link', { name: word }).click();
  }

  /** A line of two revisions side by side, by the field's technical name. */
  comparedField(name: string): { row: Locator; old: Locator; new: Locator } {
    const row = this.compared.filter({
      has: this.page.locator('th code', { hasText: new RegExp(`^${name}$`) }),
    });
    return { row, old: row.locator('td.old'), new: row.locator('td.new') };
  }

  async open(model: string, record: string, revision?: number): Promise<void> {
    const query = new URLSearchParams({ host: HOST });
    if (revision !== undefined) query.set('revision', String(revision));
    await this.page.goto(
      `/records/${encodeURIComponent(model)}/${encodeURIComponent(record)}?${query}`,
    );
  }

  /** The line of a field, by its technical name. */
  field(name: string): { row: Locator; before: Locator; now: Locator } {
    const row = this.fields.filter({
      has: this.page.locator('th code', { hasText: new RegExp(`^${name}$`) }),
    });
    return { row, before: row.locator('.before'), now: row.locator('.now') };
  }

  async step(word: 'Previous revision' | 'Next revision'): Promise<void> {
    await this.steps.getByRole('link', { name: word }).click();
  }

  /** Shows the record as of a time, given to the second as the field takes it. */
  async showAsOf(time: string): Promise<void> {
    await this.asOf.locator('input[name=at]').fill(time);
    await this.asOf.getByRole('button', { name: 'Show' }).click();
  }
}
