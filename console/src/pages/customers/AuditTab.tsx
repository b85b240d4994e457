import { useTranslation } from 'react-i18next';
import { api } from '../../api/client';
import { paging, rowsOf } from '../../table/paging';
import { Nothing } from '../../ui/Nothing';
import { Panel } from '../../ui/Panel';
import { AuditTable } from '../settings/AuditTable';

/** Who looked at or changed this customer. */
export function AuditTab({ id }: { id: string }) {
  const { t } = useTranslation();
  const params = { query: { filter: [`object:eq:${id}`], limit: 30 } };
  const query = api.useInfiniteQuery('get', '/api/v1/audit', { params }, paging);
  return (
    <Panel flush title={t('customer.tab.audit')} lead={t('customer.audit_lead')}>
      <AuditTable query={query} rows={rowsOf(query.data)} empty={<Nothing title={t('audit.none')} />} />
    </Panel>
  );
}
