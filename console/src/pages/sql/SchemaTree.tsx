import { Collapse } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Api } from '../../api/client';
import { useFormat, useLanguage } from '../../hooks/useFormat';
import { Loaded } from '../../ui/Loaded';

interface Props {
  query: { data: Api['SqlSchema'] | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
  onPick: (name: string) => void;
}

/** Tables and columns; a click puts the name into the query. */
export function SchemaTree({ query, onPick }: Props) {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const format = useFormat();
  return (
    <Loaded query={query}>
      {({ tables, limits }) => (
        <>
          <Collapse
            ghost
            size="small"
            className="gx-schema"
            items={tables.map((table) => ({
              key: table.name,
              label: (
                <>
                  <code>{table.name}</code> <span className="gx-faint gx-small">{say(table.label)}</span>
                </>
              ),
              children: (
                <ul>
                  {table.columns.map((column) => (
                    <li key={column.name}>
                      <button type="button" className="gx-link" onClick={() => onPick(column.name)}>
                        <code>{column.name}</code>
                      </button>
                      <span className="gx-faint gx-small">{column.type}</span>
                    </li>
                  ))}
                </ul>
              ),
            }))}
          />
          <p className="gx-faint gx-small gx-note">
            {t('sql.limits', {
              seconds: format.int(limits.seconds),
              rows: format.int(limits.rows),
              memory: format.int(limits.memory_mib),
            })}
          </p>
        </>
      )}
    </Loaded>
  );
}
