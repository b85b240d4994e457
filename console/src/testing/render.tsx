import { QueryClient } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import { createMemoryRouter, RouterProvider, type RouteObject } from 'react-router';
import { vi } from 'vitest';
import { setLanguage, startI18n, type Language } from '../i18n';
import { MeContext, type MeState } from '../hooks/useMe';
import { Providers } from '../ui/Providers';

const business = {
  name: 'Club',
  currency: 'CNY',
  zone: 'Asia/Shanghai',
  region: 'CN',
  language: 'en' as const,
  version: '0.0.0',
  has_data: true,
  data_until: '2026-10-31',
};

export const ME: MeState = {
  id: 'usr_1',
  email: 'anna@club.example',
  name: 'Anna Li',
  role: 'owner',
  disabled: false,
  totp: false,
  created_at: '2026-05-01T08:30:00Z',
  permissions: ['customers.read', 'customers.export', 'insight.read', 'segments.read', 'segments.write'],
  recovery_codes: 0,
  version: '0.0.0',
  has_data: true,
  data_until: '2026-10-31',
  business,
};

/** What the server answers, by `GET /path`; a function sees the request. A status ≥ 400 is a problem. */
export type Answers = Record<string, unknown | ((request: Request) => unknown)>;

export class Failure {
  constructor(
    readonly status: number,
    readonly body: object,
  ) {}
}

export function answer(answers: Answers) {
  const asked: Request[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(request);
    const { pathname } = new URL(request.url);
    const given = answers[`${request.method} ${pathname.replace('/api/v1', '')}`];
    const body = typeof given === 'function' ? await (given as (r: Request) => unknown)(request) : given;
    if (body === undefined) return Response.json({ code: 'not_found', status: 404 }, { status: 404 });
    if (body instanceof Response) return body;
    if (body instanceof Failure) return Response.json(body.body, { status: body.status });
    return Response.json(body);
  });
  return asked;
}

/** Shows an element at an address, with everything a page stands on. */
export async function show(
  element: React.ReactNode,
  { at = '/', me = ME, language = 'en' }: { at?: string; me?: MeState; language?: Language } = {},
) {
  await startI18n();
  await setLanguage(language);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const routes: RouteObject[] = [{ path: '*', element: <MeContext value={me}>{element}</MeContext> }];
  const router = createMemoryRouter(routes, { initialEntries: [at] });
  render(
    <Providers client={client}>
      <RouterProvider router={router} />
    </Providers>,
  );
  return router;
}
