import { useQueryClient } from '@tanstack/react-query';
import { Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Api } from '../../api/client';
import { useLanguage } from '../../hooks/useFormat';
import { useMay } from '../../hooks/useMe';
import { TableSkeleton } from '../../table/ListTable';
import { PlainTable } from '../../table/PlainTable';
import { Loaded } from '../../ui/Loaded';
import { Nothing } from '../../ui/Nothing';
import { Panel } from '../../ui/Panel';
import { useReport } from '../../ui/useReport';

type Attribute = Api['AttributeShape'];

/** What files brought about customers, and whether it says who somebody is. */
export function AttributesPanel() {
  const { t } = useTranslation();
  const { say } = useLanguage();
  const may = useMay();
  const report = useReport();
  const client = useQueryClient();
  const query = api.useQuery('get', '/api/v1/attributes');
  const save = api.useMutation('patch', '/api/v1/attributes/{name}', {
    onSuccess: () => client.invalidateQueries(),
    onError: report,
  });
  return (
    <Panel flush title={t('personal.title')} lead={t('personal.lead')}>
      <Loaded query={query} skeleton={<TableSkeleton />}>
        {(all) => {
          const own = all.filter((one) => !one.built_in);
          if (own.length === 0) return <Nothing title={t('personal.none')} hint={t('personal.none_hint')} />;
          return (
            <PlainTable<Attribute>
              label={t('personal.title')}
              rowKey="name"
              dataSource={own}
              columns={[
                { key: 'label', title: t('personal.attribute'), render: (_, one) => say(one.label) },
                {
                  key: 'personal',
                  title: t('personal.personal'),
                  render: (_, one) => (
                    <Switch
                      aria-label={t('personal.of', { name: say(one.label) })}
                      checked={one.personal}
                      disabled={!may('settings.write') || save.isPending}
                      checkedChildren={t('personal.masked')}
                      unCheckedChildren={t('personal.shown')}
                      onChange={(personal) => save.mutate({ params: { path: { name: one.name } }, body: { personal } })}
                    />
                  ),
                },
              ]}
            />
          );
        }}
      </Loaded>
    </Panel>
  );
}
