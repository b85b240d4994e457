import { Button, Segmented, Select, Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { useNarrow } from '../../hooks/useNarrow';
import { useUrl } from '../../hooks/useUrl';
import { paging, rowsOf } from '../../table/paging';
import { Nothing } from '../../ui/Nothing';
import { Panel } from '../../ui/Panel';
import { Trouble } from '../../ui/Trouble';
import { useCode } from '../../ui/useCode';
import { OrderLines } from '../orders/OrderLines';

const KINDS = ['all', 'order', 'return', 'adjustment', 'moved', 'changed', 'import'] as const;
type Kind = (typeof KINDS)[number];

/** What happened, newest first, by month. */
export function TimelineTab({ id }: { id: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { pick, set } = useUrl();
  const kind = pick('kind', KINDS);
  const params = { path: { id }, query: { kind: kind === 'all' ? undefined : kind, limit: 40 } };
  const query = api.useInfiniteQuery('get', '/api/v1/customers/{id}/timeline', { params }, paging);
  const months = byMonth(rowsOf(query.data), format.month);
  return (
    <Panel
      title={t('customer.tab.timeline')}
      extra={
        <Kinds kind={kind} onChange={(value) => set({ kind: value === 'all' ? null : value }, { replace: true })} />
      }
    >
      {query.isPending && <Skeleton active paragraph={{ rows: 6 }} />}
      {query.error ? <Trouble error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data && months.length === 0 && <Nothing title={t('timeline.none')} hint={t('timeline.none_hint')} />}
      {months.map(([month, entries]) => (
        <section key={month} className="gx-month">
          <h3>{month}</h3>
          <ol className="gx-timeline">
            {entries.map((entry) => (
              <TimelineEntry key={entry.id} entry={entry} />
            ))}
          </ol>
        </section>
      ))}
      {query.hasNextPage && (
        <Button onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>
          {t('table.more')}
        </Button>
      )}
    </Panel>
  );
}

/** All of them side by side are wider than a telephone. */
function Kinds({ kind, onChange }: { kind: Kind; onChange: (kind: Kind) => void }) {
  const { t } = useTranslation();
  const options = KINDS.map((value) => ({ value, label: t(`timeline.kinds.${value}`) }));
  const shared = { 'aria-label': t('timeline.kind'), value: kind, options, onChange };
  return useNarrow() ? <Select {...shared} popupMatchSelectWidth={false} /> : <Segmented {...shared} />;
}

function byMonth(entries: Api['Entry'][], month: (at: string) => string): [string, Api['Entry'][]][] {
  const groups = new Map<string, Api['Entry'][]>();
  for (const entry of entries) {
    const name = month(entry.at);
    groups.set(name, [...(groups.get(name) ?? []), entry]);
  }
  return [...groups];
}

function TimelineEntry({ entry }: { entry: Api['Entry'] }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const { word } = useCode();
  const [open, setOpen] = useState(false);
  return (
    <li className={`gx-entry gx-entry-${entry.kind}`}>
      <div className="gx-entry-head">
        <span>{say(entry.text)}</span>
        {entry.order && <strong className="gx-num">{format.money(entry.order.amount, entry.order.currency)}</strong>}
      </div>
      <div className="gx-faint gx-small">
        <time dateTime={entry.at}>{format.time(entry.at)}</time>
        {entry.order &&
          [entry.order.store, entry.order.channel && word('channel', entry.order.channel)]
            .filter(Boolean)
            .map((text) => ` · ${text}`)}
      </div>
      {entry.order && (
        <details onToggle={(event) => setOpen(event.currentTarget.open)}>
          <summary>{t('timeline.lines', { count: entry.order.line_count })}</summary>
          {open && <OrderLines id={entry.order.id} />}
        </details>
      )}
    </li>
  );
}
