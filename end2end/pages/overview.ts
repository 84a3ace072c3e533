// The overview: figures, charts, the latest logs.
import type { Locator, Page } from '@playwright/test';

export class OverviewPage {
  readonly heading: Locator;
  readonly chart: Locator;
  readonly bars: Locator;
  readonly table: Locator;
  readonly latest: Locator;
  private readonly tiles: Locator;

  constructor(private readonly page: Page) {
    this.heading = page.getByRole('heading', { level: 1, name: 'Overview' });
    this.chart = page.getByRole('figure', { name: 'Operations by day' });
    this.bars = this.chart.locator('.chart-plot a');
    this.table = this.chart.getByRole('table');
    this.latest = page.locator('[data-test=latest] tbody tr');
    this.tiles = page.getByRole('list', { name: 'Totals' });
  }

  async open(query = ''): Promise<void> {
    await this.page.goto(`/overview${query}`);
  }

  tile(word: string): Locator {
    return this.tiles.getByRole('link', { name: word });
  }

  async count(word: string): Promise<number> {
    const text = await this.tile(word).locator('.tile-count').innerText();
    return Number(text.replace(/\D/g, ''));
  }

  panel(name: string): Locator {
    return this.page.getByRole('region', { name });
  }

  async show(days: 7 | 30 | 90 | 365): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Days shown' })
      .getByRole('link', { name: `${days} days` })
      .click();
  }

  async openTable(): Promise<void> {
    await this.chart.getByText('As a table').click();
  }
}
