import type { Api } from './client';

/** What went wrong, whatever was thrown. */
export type Trouble = Partial<Api['Problem']> & { code: string };

/** Brings whatever was thrown into one shape. */
export function toTrouble(error: unknown): Trouble {
  if (error && typeof error === 'object' && 'code' in error && typeof error.code === 'string') return error as Trouble;
  if (error instanceof TypeError) return { code: 'network' };
  return { code: 'unexpected', detail: error instanceof Error ? error.message : undefined };
}

/** Whether the person has to log in (again). */
export function needsLogin(error: unknown): boolean {
  return toTrouble(error).code === 'unauthenticated';
}

/** Whether another try may help; what the input or the rights caused stays. */
export function worthRetry(error: unknown): boolean {
  const { code, status } = toTrouble(error);
  return code === 'network' || (status !== undefined && status >= 502);
}
