import { expect, type Page } from '@playwright/test';
import type { Hello } from './server';
import type { Expected } from './watch';

/** What is answered to somebody who is not logged in yet. */
export const STRANGER: Expected[] = [
  [401, '/api/v1/auth/me'],
  [401, '/api/v1/business'],
];

/** Fills the form of sign-in, wherever it is shown. */
export async function fillLogIn(page: Page, email: string, password: string) {
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Logs in and waits for the console. */
export async function logIn(page: Page, { address, email, password }: Pick<Hello, 'address' | 'email' | 'password'>) {
  await page.goto(`${address}/login`);
  await fillLogIn(page, email, password);
  await expect(stages(page)).toBeVisible();
}

/** The navigation. */
export function stages(page: Page) {
  return page.getByRole('navigation', { name: 'Stages' });
}
