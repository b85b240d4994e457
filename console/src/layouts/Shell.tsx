import { MenuOutlined, SearchOutlined } from '@ant-design/icons';
import { Button, Drawer } from 'antd';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigation } from 'react-router';
import { api, setCsrf } from '../api/client';
import { needsLogin } from '../api/problem';
import { useHotkey } from '../hooks/useHotkey';
import { KeepList } from '../hooks/keptList';
import { KeepPeriod } from '../hooks/keptPeriod';
import { MeContext, type MeState } from '../hooks/useMe';
import { Allowed } from './Allowed';
import { FirstLoad } from './FirstLoad';
import { JobWatch } from './JobWatch';
import { Nav } from './Nav';
import { SearchBox } from './SearchBox';
import { UserMenu } from './UserMenu';
import { Trouble } from '../ui/Trouble';

/** What surrounds every page: navigation, search, who is logged in. */
export function Shell() {
  const { t } = useTranslation();
  const { state, error, retry } = useWho();
  const [menu, setMenu] = useState(false);
  const [search, setSearch] = useState(false);
  const busy = useNavigation().state !== 'idle';
  const { pathname } = useLocation();
  useHotkey(
    'k',
    useCallback(() => setSearch(true), []),
  );
  useEffect(() => {
    document.getElementById('main')?.scrollTo(0, 0);
  }, [pathname]);

  if (error && !needsLogin(error))
    return (
      <main className="gx-first">
        <Trouble error={error} retry={retry} />
      </main>
    );
  if (!state) return <FirstLoad />;
  return (
    <MeContext value={state}>
      <KeepPeriod>
        <a className="gx-skip" href="#main">
          {t('shell.skip')}
        </a>
        <div className={busy ? 'gx-shell gx-busy' : 'gx-shell'}>
          <aside className="gx-side">
            <Nav />
          </aside>
          <div className="gx-right">
            <header className="gx-top">
              <Button
                className="gx-burger"
                type="text"
                icon={<MenuOutlined />}
                aria-label={t('shell.menu')}
                onClick={() => setMenu(true)}
              />
              <button type="button" className="gx-search-open" onClick={() => setSearch(true)}>
                <SearchOutlined aria-hidden />
                <span>{t('shell.search')}</span>
                <kbd>{/Mac|iP/.test(navigator.platform) ? '⌘ K' : 'Ctrl K'}</kbd>
              </button>
              <div className="gx-top-end">
                <JobWatch />
                <UserMenu />
              </div>
            </header>
            <main id="main" className="gx-main" tabIndex={-1}>
              <KeepList>
                <Allowed />
              </KeepList>
            </main>
          </div>
        </div>
        <Drawer
          open={menu}
          onClose={() => setMenu(false)}
          placement="left"
          size={280}
          title={t('shell.menu')}
          classNames={{ body: 'gx-side-drawer' }}
        >
          <Nav onPick={() => setMenu(false)} />
        </Drawer>
        {search && <SearchBox onClose={() => setSearch(false)} />}
      </KeepPeriod>
    </MeContext>
  );
}

/** Who is logged in, and for which business: two answers in one. */
function useWho() {
  const me = api.useQuery('get', '/api/v1/auth/me', {}, { staleTime: 300_000 });
  const business = api.useQuery('get', '/api/v1/business', {}, { staleTime: 300_000 });
  setCsrf(me.data?.csrf_token ?? undefined);
  const state = useMemo((): MeState | undefined => {
    if (!me.data || !business.data) return undefined;
    const { user, permissions, recovery_codes } = me.data;
    const { version, has_data, data_until } = business.data;
    return { ...user, permissions, recovery_codes, version, has_data, data_until, business: business.data };
  }, [me.data, business.data]);
  const retry = () => {
    void me.refetch();
    void business.refetch();
  };
  return { state, error: me.error ?? business.error, retry };
}
