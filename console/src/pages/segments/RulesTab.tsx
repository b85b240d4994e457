import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, client } from '../../api/client';
import { useMay } from '../../hooks/useMe';
import { Loaded } from '../../ui/Loaded';
import { RulesForm } from './RulesForm';
import { useQuery } from '@tanstack/react-query';

/** The rules with the tag of their version, so that two people do not overwrite each other. */
function useRules() {
  const { queryKey } = api.queryOptions('get', '/api/v1/segments/settings');
  return useQuery({
    queryKey: [...queryKey, 'tagged'],
    queryFn: async () => {
      const { data, error, response } = await client.GET('/api/v1/segments/settings');
      if (error) throw error;
      return { rules: data, etag: response.headers.get('etag') ?? '' };
    },
    // What is being edited is not replaced under one's hands.
    staleTime: Infinity,
  });
}

/** Settings of bins and rules, with what they would change. */
export function RulesTab() {
  const { t } = useTranslation();
  const may = useMay();
  const query = useRules();
  return (
    <Loaded query={query}>
      {({ rules, etag }) => (
        <div className="gx-stack">
          {!may('segments.write') && <Alert type="info" showIcon title={t('rules.read_only')} />}
          <RulesForm key={etag} rules={rules} etag={etag} readOnly={!may('segments.write')} />
        </div>
      )}
    </Loaded>
  );
}
