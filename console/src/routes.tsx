import { createBrowserRouter, type RouteObject } from 'react-router';
import type { Api } from './api/client';
import type { Handle } from './layouts/Allowed';
import { FirstLoad } from './layouts/FirstLoad';
import { RouteTrouble } from './layouts/RouteTrouble';

/** A page that is loaded when it is first opened. */
function page<K extends string>(
  path: string | undefined,
  load: () => Promise<Record<K, React.ComponentType>>,
  name: K,
  needs?: Api['Permission'],
): RouteObject {
  const lazy = async () => ({ Component: (await load())[name] });
  const handle: Handle = { needs };
  return path === undefined ? { index: true, lazy, handle } : { path, lazy, handle };
}

/** Who is not logged in sees only these. */
const outside: RouteObject[] = [
  page('login', () => import('./pages/session/LoginPage'), 'LoginPage'),
  page('invitation', () => import('./pages/session/InvitationPage'), 'InvitationPage'),
  page('reset', () => import('./pages/session/ResetPage'), 'ResetPage'),
];

/** The overview and the settings see for themselves what of them may be seen. */
const inside: RouteObject[] = [
  page(undefined, () => import('./pages/overview/OverviewPage'), 'OverviewPage'),
  page('orders', () => import('./pages/orders/OrdersPage'), 'OrdersPage', 'customers.read'),
  page('customers', () => import('./pages/customers/CustomersPage'), 'CustomersPage', 'customers.read'),
  page('customers/:id', () => import('./pages/customers/CustomerPage'), 'CustomerPage', 'customers.read'),
  page('segments/:view?', () => import('./pages/segments/SegmentsPage'), 'SegmentsPage', 'segments.read'),
  page('imports', () => import('./pages/imports/ImportsPage'), 'ImportsPage', 'import.read'),
  page('imports/new', () => import('./pages/imports/NewImportPage'), 'NewImportPage', 'import.run'),
  page('imports/:id', () => import('./pages/imports/ImportPage'), 'ImportPage', 'import.read'),
  page('imports/:id/bad-rows', () => import('./pages/imports/BadRowsPage'), 'BadRowsPage', 'import.read'),
  page('data', () => import('./pages/data/TablesPage'), 'TablesPage', 'insight.read'),
  page('data/tables/:name', () => import('./pages/data/TablePage'), 'TablePage', 'insight.read'),
  page('data/quality', () => import('./pages/data/QualityPage'), 'QualityPage', 'insight.read'),
  page('data/quality/:name', () => import('./pages/data/CheckPage'), 'CheckPage', 'insight.read'),
  page('sql', () => import('./pages/sql/SqlPage'), 'SqlPage', 'sql.run'),
  page('jobs', () => import('./pages/jobs/JobsPage'), 'JobsPage', 'jobs.read'),
  page('settings/:section?', () => import('./pages/settings/SettingsPage'), 'SettingsPage'),
  page('account', () => import('./pages/session/AccountPage'), 'AccountPage'),
  page('*', () => import('./pages/session/NotFoundPage'), 'NotFoundPage'),
];

const shell = async () => ({ Component: (await import('./layouts/Shell')).Shell });

export const routes: RouteObject[] = [
  {
    ErrorBoundary: RouteTrouble,
    HydrateFallback: FirstLoad,
    children: [...outside, { lazy: shell, ErrorBoundary: RouteTrouble, children: inside }],
  },
];

export const makeRouter = () => createBrowserRouter(routes);
