import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App as AntApp, ConfigProvider } from 'antd';
import { useEffect, useMemo, type ReactNode } from 'react';
import { needsLogin, worthRetry } from '../api/problem';
import { useLanguage } from '../hooks/useFormat';
import { useTheme } from '../hooks/useTheme';
import { componentTexts } from '../i18n';
import { to } from '../paths';
import { antTheme } from './theme';

/** The server's permission for our style tags; see html.cspNonce in vite.config.ts. */
const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce;

function makeClient() {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        const here = location.pathname + location.search;
        if (needsLogin(error) && !location.pathname.startsWith('/login')) location.assign(to.login(here));
      },
    }),
    defaultOptions: {
      queries: { staleTime: 30_000, retry: (count, error) => count < 2 && worthRetry(error) },
    },
  });
}

/** Theme, language, data: what every page stands on. */
export function Providers({ children, client }: { children: ReactNode; client?: QueryClient }) {
  const { isDark } = useTheme();
  const { language } = useLanguage();
  const queries = useMemo(() => client ?? makeClient(), [client]);
  useEffect(() => {
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  }, [isDark]);
  return (
    <ConfigProvider
      theme={antTheme(isDark, language)}
      locale={componentTexts(language)}
      csp={nonce ? { nonce } : undefined}
      button={{ autoInsertSpace: false }}
    >
      {/* Outermost: what a notice holds asks the server, too. */}
      <QueryClientProvider client={queries}>
        <AntApp className="gx-app" message={{ duration: 4 }}>
          {children}
        </AntApp>
      </QueryClientProvider>
    </ConfigProvider>
  );
}
