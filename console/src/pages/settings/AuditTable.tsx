import { Tag } from 'antd';
import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Api } from '../../api/client';
import { useFormat } from '../../hooks/useFormat';
import { to } from '../../paths';
import { ListTable } from '../../table/ListTable';

type Entry = Api['AuditEntry'];
type Rest = Pick<ComponentProps<typeof ListTable<Entry>>, 'query' | 'rows' | 'empty'>;

const LISTS = new Set(['fields', 'scopes', 'columns', 'tables']);
const COLORS: Record<string, string> = { denied: 'gold', failed: 'red' };

/** The log: when, who, what, on what. */
export function AuditTable(rest: Rest) {
  const { t, i18n } = useTranslation();
  const format = useFormat();
  const detail = useDetail();
  const action = (text: string) => {
    const key = `audit.action.${text.replace('.', '_')}`;
    return i18n.exists(key) ? t(key) : text;
  };
  return (
    <ListTable<Entry>
      {...rest}
      label={t('audit.title')}
      rowKey="id"
      columns={[
        { key: 'at', title: t('audit.at'), render: (_, entry) => format.time(entry.at) },
        {
          key: 'who',
          title: t('audit.who'),
          render: (_, entry) => (
            <>
              {entry.user ? (entry.user_name ?? entry.user) : t(`audit.kind.${entry.kind}`)}
              {entry.key && <div className="gx-faint gx-small">{entry.key_name ?? entry.key}</div>}
            </>
          ),
        },
        {
          key: 'action',
          title: t('audit.what'),
          render: (_, entry) => (
            <>
              {action(entry.action)}{' '}
              {entry.outcome !== 'done' && (
                <Tag color={COLORS[entry.outcome]}>{t(`audit.outcomes.${entry.outcome}`)}</Tag>
              )}
              <div className="gx-faint gx-small gx-clip" title={detail(entry.detail)}>
                {detail(entry.detail)}
              </div>
            </>
          ),
        },
        {
          key: 'object',
          title: t('audit.object'),
          render: (_, entry) => <Target object={entry.object} label={entry.object_name ?? entry.object} />,
        },
        { key: 'ip', title: t('audit.ip'), render: (_, entry) => <code>{entry.ip}</code> },
      ]}
    />
  );
}

function Target({ object, label }: { object: string; label: string }) {
  if (object.startsWith('cus_')) return <Link to={to.customer(object)}>{object}</Link>;
  if (object.startsWith('imp_')) return <Link to={to.import(object)}>{object}</Link>;
  return <>{label || '–'}</>;
}

/** `Role: Viewer → Marketer, Rows: 320`; two values are before and after. What has no words is shown as it is. */
function useDetail(): (detail: Entry['detail']) => string {
  const { t, i18n } = useTranslation();
  const words = (key: string, other: string) => (i18n.exists(key) ? t(key) : other);
  const plain = (key: string, value: unknown) => {
    if (key === 'role') return words(`role.${String(value)}.name`, String(value));
    if (typeof value === 'boolean') return value ? t('common.yes') : t('common.no');
    return typeof value === 'string' ? value : JSON.stringify(value ?? null);
  };
  const said = ([key, value]: [string, unknown]) => {
    const values = Array.isArray(value) ? value.map((one) => plain(key, one)) : [plain(key, value)];
    // The lists are lists even if they have two entries.
    const joint = LISTS.has(key) ? t('common.comma') : ' → ';
    return t('audit.said', { what: words(`audit.detail.${key}`, key), value: values.join(joint) });
  };
  return (detail) => Object.entries(detail).map(said).join(t('common.comma'));
}
