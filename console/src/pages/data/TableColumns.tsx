import { Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { useMay } from '../../hooks/useMe';
import { to } from '../../paths';
import { Panel } from '../../ui/Panel';

/** The columns of a table, how far each is filled, and the way to the rows where it is empty. */
export function TableColumns({ table }: { table: Api['Table'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const whereEmpty = useWhereEmpty(table.name);
  return (
    <Panel>
      <div className="gx-scroll" tabIndex={0} role="group" aria-label={t('data.columns')}>
        <table className="gx-plain-table">
          <thead>
            <tr>
              <th scope="col">{t('data.column')}</th>
              <th scope="col">{t('data.type')}</th>
              <th scope="col">{t('data.filled')}</th>
              <th scope="col" className="gx-end">
                {t('data.empty')}
              </th>
            </tr>
          </thead>
          <tbody>
            {table.columns.map(({ name, type, filled }) => (
              <tr key={name}>
                <th scope="row">
                  <code>{name}</code>
                </th>
                <td className="gx-faint">{type}</td>
                <td className="gx-filled">
                  {filled != null && (
                    <Progress
                      size="small"
                      percent={filled * 100}
                      format={() => format.share(filled)}
                      aria-label={t('data.filled')}
                    />
                  )}
                </td>
                <td className="gx-end">
                  {filled != null && <Empty rows={Math.round(table.rows * (1 - filled))} to={whereEmpty(name)} />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Empty({ rows, to: where }: { rows: number; to: string | undefined }) {
  const format = useFormat();
  return rows > 0 && where ? <Link to={where}>{format.int(rows)}</Link> : <>{format.int(rows)}</>;
}

/** Tables with a row for every customer: their columns are columns of the list. */
const OF_CUSTOMERS = new Set(['customer', 'rfm']);

/** Where to see the rows without a value: the list of customers, or a question. */
function useWhereEmpty(table: string): (column: string) => string | undefined {
  const may = useMay();
  const listed = OF_CUSTOMERS.has(table) && may('customers.read');
  const columns = api.useQuery('get', '/api/v1/customers/columns', {}, { enabled: listed, staleTime: 300_000 }).data;
  return (column) => {
    if (listed && columns?.some((one) => one.name === column && one.filterable))
      return to.customers({ filter: `${column}:known:no` });
    return may('sql.run') ? to.sql({ sql: `select *\nfrom ${table}\nwhere ${column} is null\nlimit 100` }) : undefined;
  };
}
