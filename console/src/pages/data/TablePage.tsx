import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { useMay } from '../../hooks/useMe';
import { useUrl } from '../../hooks/useUrl';
import { to } from '../../paths';
import { LinkTabs } from '../../ui/LinkTabs';
import { Loaded } from '../../ui/Loaded';
import { Nothing } from '../../ui/Nothing';
import { Page } from '../../ui/Page';
import { Panel } from '../../ui/Panel';
import { ResultTable } from './ResultTable';
import { TableColumns } from './TableColumns';
import { useResultPages } from './useResultPages';

const TABS = ['columns', 'rows'] as const;

/** One table: its columns, and its rows. */
export function TablePage() {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const may = useMay();
  const { name = '' } = useParams();
  const { pick, link } = useUrl();
  const active = pick('tab', TABS);
  const query = api.useQuery('get', '/api/v1/tables');
  const table = query.data?.find((one) => one.name === name);
  const sql = `select * from ${name} limit 100`;
  return (
    <Page
      title={table ? say(table.label) : name}
      mark={table && <code className="gx-faint">{name}</code>}
      lead={table && say(table.description)}
      back={{ to: to.data(), label: t('data.title') }}
      actions={may('sql.run') && table && <Link to={to.sql({ sql })}>{t('data.ask')}</Link>}
    >
      <Loaded query={query}>
        {() =>
          table ? (
            <>
              <dl className="gx-figures gx-figures-loose">
                <Figure
                  label={t('data.rows')}
                  value={<Link to={link({ tab: 'rows' })}>{format.int(table.rows)}</Link>}
                />
                {table.bytes > 0 && <Figure label={t('data.size')} value={format.bytes(table.bytes)} />}
                <Figure label={t('data.files')} value={format.int(table.files)} />
                <Figure label={t('data.updated')} value={format.time(table.updated_at)} />
              </dl>
              <LinkTabs
                replace
                label={t('data.table')}
                active={active}
                items={[
                  { key: 'columns', label: t('data.columns'), to: link({ tab: null }) },
                  { key: 'rows', label: t('data.rows'), to: link({ tab: 'rows' }) },
                ]}
              />
              {active === 'columns' ? <TableColumns table={table} /> : <Rows name={name} />}
            </>
          ) : (
            <Nothing title={t('data.no_table', { name })} hint={t('data.no_table_hint')} />
          )
        }
      </Loaded>
    </Page>
  );
}

function Figure({ label, value }: { label: string; value: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Rows({ name }: { name: string }) {
  const { t } = useTranslation();
  const pages = useResultPages('/api/v1/tables/{name}/rows', name);
  return (
    <Panel flush>
      <ResultTable {...pages} empty={<Nothing title={t('data.no_rows')} hint={t('data.no_rows_hint')} />} />
    </Panel>
  );
}
