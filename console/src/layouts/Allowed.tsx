import { useTranslation } from 'react-i18next';
import { Outlet, useMatches } from 'react-router';
import type { Api } from '../api/client';
import { useMay } from '../hooks/useMe';
import { Forbidden } from '../ui/Forbidden';
import { Page } from '../ui/Page';

/** What a route carries with it. */
export interface Handle {
  /** Who may not do that does not see the page, however he came to its address. */
  needs?: Api['Permission'];
}

/** The page of the address, or why it is not shown. */
export function Allowed() {
  const { t } = useTranslation();
  const may = useMay();
  const handle = useMatches().at(-1)?.handle as Handle | undefined;
  if (!handle?.needs || may(handle.needs)) return <Outlet />;
  return (
    <Page title={t('forbidden.title')}>
      <Forbidden needs={handle.needs} />
    </Page>
  );
}
