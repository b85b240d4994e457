import { Table, Tooltip, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { useNarrow } from '../../hooks/useNarrow';
import { to } from '../../paths';
import { Change } from '../../ui/Change';
import { Sparkline } from '../../ui/Sparkline';

type Place = Api['PlaceCount'];
type ColumnOf = NonNullable<TableProps<Place>['columns']>[number];

interface Props {
  run: Api['Run'];
  places: Place[];
  dimension: 'group' | 'tier' | 'stage';
}

/** Groups, tiers or stages with size, worth and trend. */
export function PlaceTable({ run, places, dimension }: Props) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  const narrow = useNarrow();
  // The same people as behind the count, those who spent most in front.
  const worth = (p: Place) => to.customers({ within: `${dimension}:${p.name}`, sort: '-monetary' });
  // With one month there is nothing to compare yet.
  const trend: ColumnOf = {
    key: 'trend',
    title: t('place.trend', { count: run.months.length }),
    width: 180,
    render: (_, p) => (
      <div className="gx-trend">
        <Sparkline values={p.trend} width={96} height={26} />
        {p.before ? <Change change={(p.customers - p.before) / p.before} better="neither" /> : null}
      </div>
    ),
  };
  // Nothing is advised for the tiers that come with the product.
  const action: ColumnOf = {
    key: 'action',
    title: t('place.action'),
    width: 300,
    render: (_, p) => <span className="gx-soft">{say(p.action)}</span>,
  };
  const columns: ColumnOf[] = [
    {
      key: 'label',
      title: t(`place.${dimension}`),
      render: (_, p) => (
        <div className="gx-place">
          <Link className="gx-table-link" to={to.customers({ within: `${dimension}:${p.name}` })}>
            {say(p.label)}
          </Link>
          <div className="gx-soft gx-small">{say(p.description)}</div>
          {p.condition && (
            <Tooltip title={t('place.rule')}>
              <code className="gx-faint">{p.condition}</code>
            </Tooltip>
          )}
        </div>
      ),
    },
    {
      key: 'customers',
      title: t('place.customers'),
      align: 'right',
      sorter: (a, b) => a.customers - b.customers,
      render: (_, p) => (
        <>
          <Link className="gx-strong" to={to.customers({ within: `${dimension}:${p.name}` })}>
            {format.int(p.customers)}
          </Link>
          <div className="gx-faint gx-small">{format.share(p.share)}</div>
        </>
      ),
    },
    {
      key: 'revenue',
      title: t('place.revenue'),
      align: 'right',
      sorter: (a, b) => Number(a.revenue) - Number(b.revenue),
      render: (_, p) => (
        <>
          <Link to={worth(p)} title={format.money(p.revenue, run.currency)}>
            {format.moneyShort(p.revenue)}
          </Link>
          <div className="gx-faint gx-small">{format.share(p.revenue_share)}</div>
        </>
      ),
    },
    {
      key: 'mean',
      title: t('place.mean'),
      align: 'right',
      sorter: (a, b) => Number(a.mean ?? 0) - Number(b.mean ?? 0),
      render: (_, p) => (p.mean == null ? '–' : <Link to={worth(p)}>{format.moneyShort(p.mean)}</Link>),
    },
    ...(run.months.length > 1 ? [trend] : []),
    ...(places.some((p) => say(p.action)) ? [action] : []),
  ];
  return (
    <Table<Place>
      size="middle"
      rowKey="name"
      columns={columns}
      dataSource={places}
      pagination={false}
      // Texts are broken into lines before the last column is pushed out of sight.
      scroll={{ x: narrow ? 'max-content' : 860 }}
      showSorterTooltip={false}
    />
  );
}
