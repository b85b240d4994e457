import { LockOutlined } from '@ant-design/icons';
import { Button, type TableProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { Api } from '../../api/client';
import { useLanguage } from '../../hooks/useFormat';
import { useMe } from '../../hooks/useMe';
import { useNarrow } from '../../hooks/useNarrow';
import { useUrl } from '../../hooks/useUrl';
import { to } from '../../paths';
import { ListTable } from '../../table/ListTable';
import { kindOf } from '../../table/filters';
import { rowsOf } from '../../table/paging';
import { Nothing } from '../../ui/Nothing';
import { NothingYet } from '../../ui/NothingYet';
import { PlaceTag } from '../../ui/PlaceTag';
import { useInWords } from '../../ui/useCode';
import { useValue } from '../../ui/useValue';
import { useProductNames } from './useProductNames';
import type { useCustomerList } from './useCustomerList';

type Row = Api['CustomerRow'];
type SortOrder = 'ascend' | 'descend';

/** Which way a first click sorts; a further one turns it round, for without an order there is no list. */
const UP: SortOrder[] = ['ascend', 'descend', 'ascend'];
const DOWN: SortOrder[] = ['descend', 'ascend', 'descend'];

/** The table of customers. */
export function CustomerTable({ list }: { list: ReturnType<typeof useCustomerList> }) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const { set } = useUrl();
  const navigate = useNavigate();
  const show = useValue();
  const inWords = useInWords();
  const names = useProductNames(list.shown.includes('top_product'));
  const page = list.query.data?.pages[0];
  const [sortName, down] = [list.asked.sort.replace(/^-/, ''), list.asked.sort.startsWith('-')];
  const order = (name: string): 'ascend' | 'descend' | null =>
    name === sortName ? (down ? 'descend' : 'ascend') : null;

  const cell = (column: Api['Column']) => (_: unknown, row: Row) => {
    const value = row.values[column.name];
    const option = column.kind === 'segment' && column.options?.find((o) => o.value === value);
    if (option) return <PlaceTag name={option.value} label={option.label} />;
    if (column.name === 'top_product' && typeof value === 'string') return names.name(value) ?? value;
    const named = column.options?.find((o) => o.value === value);
    return named ? say(named.label) : show(inWords(column.name, value), column.unit, page?.currency);
  };
  // On a telephone what the list is sorted by stands under the name, where it is seen without moving the table.
  const narrow = useNarrow();
  const under = list.columns.find((c) => c.name === (sortName === 'name' ? 'monetary' : sortName));
  const columns: TableProps<Row>['columns'] = [
    {
      key: 'name',
      title: t('customers.name'),
      fixed: 'left',
      width: 180,
      sorter: true,
      sortDirections: UP,
      sortOrder: order('name'),
      render: (_, row) => (
        <>
          <Link to={to.customer(row.id)} className="gx-table-link">
            {row.name ?? <span className="gx-faint">{row.id}</span>}
          </Link>
          {narrow && under && (
            <div className="gx-faint gx-small gx-num">
              {say(under.label)} {cell(under)(undefined, row)}
            </div>
          )}
        </>
      ),
    },
    ...list.shown.flatMap((name) => {
      const column = list.columns.find((c) => c.name === name);
      if (!column) return [];
      return {
        key: name,
        title: say(column.label),
        sorter: column.sortable,
        sortDirections: kindOf(column) === 'number' || kindOf(column) === 'day' ? DOWN : UP,
        sortOrder: order(name),
        align: kindOf(column) === 'number' ? ('right' as const) : undefined,
        render: cell(column),
      };
    }),
  ];
  return (
    <>
      {page?.masked && (
        <p className="gx-masked">
          <LockOutlined aria-hidden /> {t('customers.masked')}
        </p>
      )}
      <ListTable<Row>
        label={t('customers.title')}
        query={list.query}
        rows={rowsOf(list.query.data)}
        total={page?.total}
        rowKey="id"
        columns={columns}
        empty={<None narrowed={!!(list.asked.q || list.asked.filter.length || list.asked.within)} />}
        onRow={(row) => ({
          className: 'gx-row-link',
          onClick: (event) => {
            if (!(event.target as HTMLElement).closest('a')) void navigate(to.customer(row.id));
          },
        })}
        onChange={(_, __, sorter) => {
          const one = Array.isArray(sorter) ? sorter[0] : sorter;
          const name = one?.order ? String(one.columnKey) : null;
          set({ sort: name && (one?.order === 'descend' ? `-${name}` : name) }, { replace: true });
        }}
      />
    </>
  );
}

function None({ narrowed }: { narrowed: boolean }) {
  const { t } = useTranslation();
  const { has_data } = useMe();
  const { set } = useUrl();
  if (!has_data) return <NothingYet />;
  return (
    <Nothing
      title={t('customers.nobody.title')}
      hint={t('customers.nobody.hint')}
      action={
        narrowed && <Button onClick={() => set({ q: null, filter: null, within: null })}>{t('filter.clear')}</Button>
      }
    />
  );
}
