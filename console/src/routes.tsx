import { createBrowserRouter, type RouteObject } from 'react-router';
import { FirstLoad } from './layouts/FirstLoad';
import { RouteTrouble } from './layouts/RouteTrouble';

/** A page that is loaded when it is first opened. */
function page<K extends string>(
  path: string | undefined,
  load: () => Promise<Record<K, React.ComponentType>>,
  name: K,
) {
  const lazy = async () => ({ Component: (await load())[name] });
  return path === undefined ? { index: true, lazy } : { path, lazy };
}

/** Who is not logged in sees only these. */
const outside: RouteObject[] = [
  page('login', () => import('./pages/session/LoginPage'), 'LoginPage'),
  page('invitation', () => import('./pages/session/InvitationPage'), 'InvitationPage'),
  page('reset', () => import('./pages/session/ResetPage'), 'ResetPage'),
];

const inside: RouteObject[] = [
  page(undefined, () => import('./pages/overview/OverviewPage'), 'OverviewPage'),
  page('orders', () => import('./pages/orders/OrdersPage'), 'OrdersPage'),
  page('customers', () => import('./pages/customers/CustomersPage'), 'CustomersPage'),
  page('customers/:id', () => import('./pages/customers/CustomerPage'), 'CustomerPage'),
  page('segments/:view?', () => import('./pages/segments/SegmentsPage'), 'SegmentsPage'),
  page('imports', () => import('./pages/imports/ImportsPage'), 'ImportsPage'),
  page('imports/new', () => import('./pages/imports/NewImportPage'), 'NewImportPage'),
  page('imports/:id', () => import('./pages/imports/ImportPage'), 'ImportPage'),
  page('imports/:id/bad-rows', () => import('./pages/imports/BadRowsPage'), 'BadRowsPage'),
  page('data', () => import('./pages/data/TablesPage'), 'TablesPage'),
  page('data/tables/:name', () => import('./pages/data/TablePage'), 'TablePage'),
  page('data/quality', () => import('./pages/data/QualityPage'), 'QualityPage'),
  page('data/quality/:name', () => import('./pages/data/CheckPage'), 'CheckPage'),
  page('sql', () => import('./pages/sql/SqlPage'), 'SqlPage'),
  page('jobs', () => import('./pages/jobs/JobsPage'), 'JobsPage'),
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
